#include "tools/commands/simulated_server.h"

#include "api/http/server.h"

#include <atomic>
#include <optional>
#include <thread>

namespace grunndata::tools {

namespace {

namespace http = api::http;
using registry::ErrorCode;
using registry::fail;
using registry::Result;
using std::chrono::milliseconds;

constexpr milliseconds tick{100};
constexpr milliseconds patience{1'000};
/// The truth about everybody is one answer.
constexpr std::size_t answer_bytes_max = std::size_t{8} << 30U;

/// Lets life go on until it is destroyed.
class Life {
public:
  Life(std::function<void(std::uint64_t)> live, double per_second)
      : live_(std::move(live)), thread_([this, per_second] {
          double owed = 0;
          while (!stop_) {
            std::this_thread::sleep_for(tick);
            owed += per_second * std::chrono::duration<double>(tick).count();
            const auto whole = static_cast<std::uint64_t>(owed);
            live_(whole);
            owed -= static_cast<double>(whole);
          }
        }) {}
  ~Life() {
    stop_ = true;
    thread_.join();
  }
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

private:
  std::function<void(std::uint64_t)> live_;
  std::atomic<bool> stop_{false};
  std::thread thread_; ///< last: it uses the others
};

} // namespace

struct SimulatedServer::Parts {
  std::string host;
  std::optional<http::Server> server;
  std::optional<Life> life; ///< last: ends first
};

SimulatedServer::SimulatedServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

SimulatedServer::~SimulatedServer() {
  parts_->life.reset();
  parts_->server->stop(patience);
}

Result<std::unique_ptr<SimulatedServer>>
SimulatedServer::start(std::vector<http::Route> all, const SimulatedServerOptions& options) {
  if (options.address != "127.0.0.1" && options.address != "::1") {
    return fail(ErrorCode::invalid, "a simulator listens on 127.0.0.1 or [::1] only");
  }
  auto parts = std::make_unique<Parts>();
  parts->host = options.address == "::1" ? "[::1]" : options.address;
  auto routes = http::RouteTable::build(std::move(all));
  if (!routes) return tl::unexpected(routes.error());
  http::ServerOptions server;
  server.address = options.address;
  server.port = options.port;
  server.limits.response_bytes_max = answer_bytes_max;
  server.limits.unsent_bytes_max = answer_bytes_max;
  server.limits.unsent_bytes_per_connection_max = answer_bytes_max;
  parts->server.emplace(std::move(*routes), std::move(server));
  if (auto started = parts->server->start(); !started) return tl::unexpected(started.error());
  if (options.happenings_per_second > 0) {
    parts->life.emplace(options.live, options.happenings_per_second);
  }
  return std::unique_ptr<SimulatedServer>(new SimulatedServer(std::move(parts)));
}

std::string SimulatedServer::address() const {
  return std::string("http://").append(parts_->host).append(1, ':').append(
      std::to_string(parts_->server->port()));
}

} // namespace grunndata::tools
