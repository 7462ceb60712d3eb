#include "api/http/server.h"

#include "api/http/answer.h"
#include "api/http/connection.h"
#include "api/http/connection_table.h"
#include "registry/threads/thread_priority.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <condition_variable>
#include <mutex>
#include <pistache/endpoint.h>
#include <pistache/peer.h>
#include <sys/resource.h>
#include <thread>
#include <utility>

namespace grunndata::api::http {
namespace {

using registry::ErrorCode;
using registry::fail;
using std::chrono::milliseconds;

/// Pistache's own idle timer closes without telling us, so it never fires; we sweep ourselves.
constexpr auto pistache_timeout = std::chrono::hours(24 * 365 * 10);
constexpr std::size_t pistache_request_bytes = 64; ///< its parser never sees a byte
constexpr milliseconds sweep_interval_max{250};
constexpr milliseconds sweep_interval_min{10};
constexpr milliseconds quiet_check_interval{5};
constexpr unsigned threads_max = 64;
constexpr int stream_niceness = 15; ///< as everything that runs long: look-ups come first

/// What the handlers of all workers share.
struct Shared {
  ConnectionContext connections;
  ConnectionTable table;
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> refused{0};
};

/// Pistache's own says it with the bytes the wrong way round. 0 when the other end has gone.
std::uint16_t peer_port(int fd) noexcept {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return 0;
  // The port stands at the same place for both families.
  return ntohs(reinterpret_cast<const sockaddr_in&>(peer).sin_port);
}

/// The whole of what Pistache does for us: accept, read, and call these. One clone per worker, so
/// `by_fd_` is one thread's own. Nothing may be thrown into Pistache: it would end the process.
class Hooks : public Pistache::Http::Handler {
public:
  HTTP_PROTOTYPE(Hooks)
  explicit Hooks(Shared& shared) : shared_(&shared) {}

  void onRequest(const Pistache::Http::Request&, Pistache::Http::ResponseWriter) override {}

  void onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    if (!std::exchange(is_prompt_, true)) registry::run_promptly();
    // Its timer looks into this parser; without it the process ends.
    peer->putData(ParserData,
                  std::make_shared<Pistache::Http::RequestParser>(pistache_request_bytes));
    peer->setIdle(true);
    const int fd = peer->fd();
    try {
      admit(fd, peer->address().host());
    } catch (...) {
      ::shutdown(fd, SHUT_RDWR);
    }
  }

  void onInput(const char* buffer, std::size_t length,
               const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    const auto index = static_cast<std::size_t>(peer->fd());
    if (index < by_fd_.size() && by_fd_[index]) by_fd_[index]->on_input({buffer, length});
  }

  void onDisconnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    const auto index = static_cast<std::size_t>(peer->fd());
    if (index >= by_fd_.size() || !by_fd_[index]) return;
    const auto connection = std::exchange(by_fd_[index], nullptr);
    connection->on_disconnect();
    shared_->table.remove(connection);
  }

private:
  void admit(int fd, std::string address) {
    const auto index = static_cast<std::size_t>(fd);
    if (index >= by_fd_.size()) by_fd_.resize(index + 64);
    auto connection =
        std::make_shared<Connection>(shared_->connections, fd, std::move(address), peer_port(fd));
    if (by_fd_[index]) { // Pistache closed it without a word
      by_fd_[index]->on_disconnect();
      shared_->table.remove(by_fd_[index]);
    }
    by_fd_[index] = connection;
    shared_->accepted.fetch_add(1, std::memory_order_relaxed);
    const Limits& limits = shared_->connections.answers.options->limits;
    const auto admission = shared_->table.add(connection, limits);
    if (admission == ConnectionTable::Admission::admitted) return;
    shared_->refused.fetch_add(1, std::memory_order_relaxed);
    if (admission == ConnectionTable::Admission::refused) {
      connection->refuse();
    } else {
      connection->abort();
    }
  }

  Shared* shared_;
  std::vector<std::shared_ptr<Connection>> by_fd_;
  bool is_prompt_{false}; ///< the worker's thread
};

/// As many descriptors as we may have: running out makes Pistache's accept thread spin.
void raise_descriptor_limit() noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

milliseconds sweep_interval(const Limits& limits) {
  const auto shortest =
      std::min({limits.keepalive_timeout, limits.request_timeout, limits.linger_timeout});
  return std::clamp(shortest / 4, sweep_interval_min, sweep_interval_max);
}

/// The address as Pistache wants it, IPv6 in brackets; empty when it is not a numeric one.
std::string listen_host(const std::string& address) {
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  if (::inet_pton(AF_INET, address.c_str(), parsed.data()) == 1) return address;
  if (::inet_pton(AF_INET6, address.c_str(), parsed.data()) == 1) return "[" + address + "]";
  return {};
}

} // namespace

class Server::Impl {
public:
  Impl(RouteTable routes, ServerOptions options)
      : routes_(std::move(routes)), options_(std::move(options)) {
    shared_.connections.answers.routes = &routes_;
    shared_.connections.answers.options = &options_;
  }

  registry::Result<void> start();
  void begin_drain();
  bool stop(milliseconds patience);
  [[nodiscard]] ServerStats stats() const noexcept;

  RouteTable routes_;
  ServerOptions options_;
  Shared shared_;
  std::unique_ptr<Pistache::Http::Endpoint> endpoint_;
  std::uint16_t port_{0};

private:
  void sweep_until_stopped();
  [[nodiscard]] bool is_quiet() const;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_{false}; ///< under the mutex
  std::thread sweeper_;
};

registry::Result<void> Server::Impl::start() {
  if (options_.workers < 1 || options_.workers > threads_max || options_.pool_threads < 1 ||
      options_.pool_threads > threads_max || options_.stream_threads < 1 ||
      options_.stream_threads > threads_max) {
    return fail(ErrorCode::invalid, "workers, pool and stream threads are 1 to 64 each");
  }
  const std::string host = listen_host(options_.address);
  if (host.empty()) {
    return fail(ErrorCode::invalid, "the listen address is not numeric: " + options_.address);
  }
  raise_descriptor_limit();
  if (!shared_.connections.drainer.start(options_.limits)) {
    return fail(ErrorCode::unavailable, "the kernel gives no more descriptors");
  }
  shared_.connections.pool.start(options_.pool_threads, options_.limits.pool_queue_max);
  shared_.connections.streams.start(options_.stream_threads, 0, stream_niceness);
  shared_.connections.waiting.start(options_.limits.waiting_max);
  try {
    using Tcp = Pistache::Tcp::Options;
    const Pistache::Address address(host, Pistache::Port(options_.port));
    endpoint_ = std::make_unique<Pistache::Http::Endpoint>(address);
    endpoint_->init(
        Pistache::Http::Endpoint::options()
            .threads(static_cast<int>(options_.workers))
            .threadsName("http-worker")
            .flags(Pistache::Flags<Tcp>(Tcp::ReuseAddr) | Tcp::NoDelay | Tcp::CloseOnExec)
            .keepaliveTimeout(pistache_timeout)
            .headerTimeout(pistache_timeout)
            .bodyTimeout(pistache_timeout));
    endpoint_->setHandler(std::make_shared<Hooks>(shared_));
    endpoint_->serveThreaded();
    port_ = endpoint_->getPort();
  } catch (const std::exception& error) {
    endpoint_.reset();
    return fail(ErrorCode::unavailable, "cannot listen on " + options_.address + " port " +
                                            std::to_string(options_.port) + ": " + error.what());
  }
  sweeper_ = std::thread([this] { sweep_until_stopped(); });
  return {};
}

void Server::Impl::sweep_until_stopped() {
  const milliseconds interval = sweep_interval(options_.limits);
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, interval, [this] { return stopping_; })) {
    shared_.table.sweep(Connection::now_ms());
  }
}

bool Server::Impl::is_quiet() const {
  return shared_.connections.elsewhere.load() == 0 && !shared_.table.is_any_busy();
}

void Server::Impl::begin_drain() {
  shared_.connections.answers.draining.store(true);
  shared_.connections.waiting.close();
}

bool Server::Impl::stop(milliseconds patience) {
  if (!endpoint_) return true;
  begin_drain();
  const auto deadline = std::chrono::steady_clock::now() + patience;
  bool quiet = is_quiet();
  while (!quiet && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(quiet_check_interval);
    quiet = is_quiet();
  }
  endpoint_->shutdown();
  endpoint_.reset(); // joins the workers
  shared_.connections.waiting.stop();
  shared_.connections.streams.stop();
  shared_.connections.pool.stop();
  shared_.connections.drainer.stop(); // which posts once more for what it was sending
  shared_.connections.streams.stop();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  sweeper_.join();
  shared_.table.close_leftovers();
  return quiet;
}

ServerStats Server::Impl::stats() const noexcept {
  ServerStats stats;
  stats.connections_accepted = shared_.accepted.load();
  stats.connections_refused = shared_.refused.load();
  stats.connections_open = shared_.table.size();
  stats.requests = shared_.connections.answers.requests.load();
  stats.pool_queued = shared_.connections.pool.queued();
  stats.pool_refused = shared_.connections.pool_refused.load();
  stats.waiting = shared_.connections.waiting.waiting();
  stats.sent_too_far = shared_.connections.sent_too_far.load();
  stats.slow_readers = shared_.connections.drainer.transfers();
  stats.slow_readers_cut = shared_.connections.drainer.cut_off();
  stats.unsent_bytes = shared_.connections.drainer.unsent_bytes();
  stats.held_bytes = shared_.connections.held_bytes.load();
  return stats;
}

Server::Server(RouteTable routes, ServerOptions options)
    : impl_(std::make_unique<Impl>(std::move(routes), std::move(options))) {}

Server::~Server() { static_cast<void>(impl_->stop(milliseconds{0})); }

registry::Result<void> Server::start() { return impl_->start(); }

std::uint16_t Server::port() const noexcept { return impl_->port_; }

void Server::wake_waiting() { impl_->shared_.connections.waiting.wake(); }

void Server::begin_drain() { impl_->begin_drain(); }

bool Server::draining() const noexcept {
  return impl_->shared_.connections.answers.draining.load(std::memory_order_relaxed);
}

bool Server::stop(milliseconds patience) { return impl_->stop(patience); }

ServerStats Server::stats() const noexcept { return impl_->stats(); }

const RouteTable& Server::routes() const noexcept { return impl_->routes_; }

} // namespace grunndata::api::http
