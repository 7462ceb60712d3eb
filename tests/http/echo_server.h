// The server the tests talk to: a few routes whose answers prove whom they belong to.
#pragma once

#include "api/http/server.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>

namespace grunndata::api::http::testing {

/// Holds handlers back until it is opened, and knows how many are waiting.
class Gate {
public:
  void open();
  void pass();                              ///< called by a handler
  void wait_for_waiting(std::size_t count); ///< until so many handlers wait

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t waiting_{0};
  bool open_{false};
};

/// GET /echo/{word} and POST /echo answer with what was sent; /pool/… likewise in the pool lane;
/// /wait/… and /wait in the inline lane, where they ask for the pool; GET /gate waits in the pool,
/// GET /wait-gate asks for the pool and waits there; GET /big?N gives N bytes; GET /throw throws;
/// GET /page has a policy and a Cache-Control of its own; POST /small takes 16 bytes at most.
/// GET /stream?N gives the bytes of /big?N piece by piece, /stream-pool?N from the pool;
/// /stream-fails?N and /stream-throws?N give up behind them; /stream-gate?N waits before the first.
class EchoServer {
public:
  explicit EchoServer(ServerOptions options = {});
  ~EchoServer();

  [[nodiscard]] std::uint16_t port() const noexcept { return server_.port(); }
  [[nodiscard]] Server& server() noexcept { return server_; }
  [[nodiscard]] Gate& gate() noexcept { return gate_; }

  /// Streamed bodies that are not through, and pieces made in all.
  [[nodiscard]] int streams() const noexcept { return streams_.load(); }
  [[nodiscard]] int pieces() const noexcept { return pieces_.load(); }
  static constexpr std::size_t piece_bytes = 64 * 1024;

  /// The bytes that GET /big?N answers.
  [[nodiscard]] static std::string big_body(std::size_t size);

private:
  RouteTable make_routes();

  Gate gate_;
  std::atomic<int> streams_{0};
  std::atomic<int> pieces_{0};
  Server server_;
};

/// "GET path HTTP/1.1" with a Host, and the further header lines given (each ending in CRLF).
[[nodiscard]] std::string get(std::string_view path, std::string_view header_lines = {});
/// The same for POST with Content-Length.
[[nodiscard]] std::string post(std::string_view path, std::string_view body,
                               std::string_view header_lines = {});

} // namespace grunndata::api::http::testing
