// An HTTP/1.1 server: own framing and own writes over Pistache's connections and threads.
#pragma once

#include "api/http/limits.h"
#include "api/http/message.h"
#include "api/http/problem.h"
#include "api/http/route.h"
#include "registry/error.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::api::http {

/// What went wrong before or instead of a handler, for `ServerOptions::render_error`.
struct ErrorInfo {
  const ProblemKind& kind;
  std::string_view detail; ///< one sentence, may be empty; never the client's bytes
};

/// One answered request, for metrics.
struct Observation {
  const Route* route{nullptr}; ///< null: no route matched, or the request was not understood
  std::size_t route_index{0};  ///< in `RouteTable::routes()`, meaningless without a route
  Method method{Method::get};
  int status{200};
  double seconds{0}; ///< from the complete request to the answer, sending excluded
  std::size_t request_body_bytes{0};
  std::size_t response_body_bytes{0};
};

struct ServerOptions {
  std::string address{"127.0.0.1"}; ///< numeric IPv4 or IPv6
  std::uint16_t port{0};            ///< 0: any free one, see `Server::port`
  unsigned workers{2};              ///< threads that read, parse and run inline handlers
  unsigned pool_threads{4};         ///< threads of the pool lane
  unsigned stream_threads{2};       ///< threads of low priority that make streamed bodies
  Limits limits{};
  /// Only loopback names (localhost, 127.0.0.0/8, [::1], any port) are answered; others get 421.
  bool loopback_hosts_only{true};
  /// Further host names answered beside the loopback ones, without port, lower case.
  std::vector<std::string> host_names{};
  /// Writes the body for errors the transport finds (404, 405, 413, …, 500). The request holds
  /// what was understood so far: its path may be empty. Must set the status to `kind.status`. The
  /// default writes problem+json. Called concurrently.
  std::function<void(const Request&, const ErrorInfo&, Response&)> render_error{};
  /// Called once per answer, concurrently, on the hot path: keep it to a few atomics.
  std::function<void(const Observation&)> observe{};
};

/// Counters for metrics and tests; a snapshot, each value on its own.
struct ServerStats {
  std::uint64_t connections_accepted{0};
  std::uint64_t connections_refused{0}; ///< above a limit
  std::uint64_t connections_open{0};
  std::uint64_t requests{0}; ///< answered, errors included
  std::uint64_t pool_queued{0};
  std::uint64_t pool_refused{0};
  std::uint64_t waiting{0};          ///< requests that wait for news
  std::uint64_t sent_too_far{0};     ///< connections whose input ended since it ran too far ahead
  std::uint64_t slow_readers{0};     ///< connections whose answer is being drained now
  std::uint64_t slow_readers_cut{0}; ///< at the deadline or above the byte limits
  std::uint64_t unsent_bytes{0};
  std::uint64_t held_bytes{0}; ///< memory of unfinished requests
};

/// Starts in `start`, answers until `stop`. All members may be called from any thread, except that
/// `start` and `stop` are called once each, by one owner. Handlers run until `stop` has returned,
/// so what they use must outlive the server.
///
/// Guarantees: a client never receives bytes meant for another; answers on a connection come in
/// the order of its requests; a client that reads or writes slowly, or not at all, delays nobody
/// else; ambiguous or malformed requests get one 4xx and the end of the connection.
class Server {
public:
  Server(RouteTable routes, ServerOptions options);
  ~Server(); ///< stops at once when still running

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Listens when it returns. `invalid`: the address is not numeric, or an option is out of range;
  /// `unavailable`: it cannot be bound.
  [[nodiscard]] registry::Result<void> start();
  [[nodiscard]] std::uint16_t port() const noexcept;

  /// There may be news for requests that wait (`Response::waiting`). Costs a lock.
  void wake_waiting();

  /// From here nobody waits any more, every answer says Connection: close and `draining()` is true
  /// (readiness answers 503); connections are still accepted, so that nobody is turned away before
  /// noticing.
  void begin_drain();
  [[nodiscard]] bool draining() const noexcept;

  /// Drains: waits until every request that has begun is answered and taken by its client, at most
  /// `patience`, then closes everything and joins all threads. False when something was cut off.
  bool stop(std::chrono::milliseconds patience);

  [[nodiscard]] ServerStats stats() const noexcept;
  [[nodiscard]] const RouteTable& routes() const noexcept;

private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace grunndata::api::http
