#include "api/http/bare_handler.h"

#include <csignal>
#include <pistache/endpoint.h>
#include <string>

namespace grunndata::api::http {
namespace {

class BareHandler : public Pistache::Http::Handler {
public:
  HTTP_PROTOTYPE(BareHandler)
  explicit BareHandler(std::size_t body_bytes) : body_(body_bytes, 'x') {}

  void onRequest(const Pistache::Http::Request&, Pistache::Http::ResponseWriter response) override {
    // Otherwise it announces a close that it never does, and clients reconnect every time.
    response.headers().remove<Pistache::Http::Header::Connection>();
    response.send(Pistache::Http::Code::Ok, body_);
  }

private:
  std::string body_;
};

} // namespace

int run_bare_handler(std::uint16_t port, std::size_t body_bytes) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  try {
    using Tcp = Pistache::Tcp::Options;
    Pistache::Http::Endpoint endpoint(
        Pistache::Address(Pistache::Ipv4::loopback(), Pistache::Port(port)));
    endpoint.init(Pistache::Http::Endpoint::options().threads(1).flags(
        Pistache::Flags<Tcp>(Tcp::ReuseAddr) | Tcp::NoDelay | Tcp::CloseOnExec));
    endpoint.setHandler(std::make_shared<BareHandler>(body_bytes));
    endpoint.serveThreaded();
    int received = 0;
    ::sigwait(&signals, &received);
    endpoint.shutdown();
    return 0;
  } catch (const std::exception&) {
    return 1;
  }
}

} // namespace grunndata::api::http
