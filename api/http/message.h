// A request as handlers see it and a response as they write it. Nothing here knows a socket.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace grunndata::api::http {

struct Route;

/// The methods this server knows; every other token is answered 501.
enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options };
inline constexpr std::size_t method_count = 7;

/// "GET", "DELETE", …
[[nodiscard]] std::string_view method_name(Method method) noexcept;
/// Exact, case-sensitive match, as HTTP has it; nothing for an unknown method.
[[nodiscard]] std::optional<Method> method_from(std::string_view token) noexcept;

/// ASCII case-insensitive equality, the way header names compare.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;

struct Header {
  std::string_view name;  ///< as sent; compare with `equals_ignoring_case`
  std::string_view value; ///< without surrounding blanks
};

inline constexpr std::size_t path_parameters_max = 4; ///< in one route

/// One request, already validated as HTTP. Every view points into a buffer of the connection (or,
/// in the pool lane, of the job) and is valid until the handler returns. Never written to by two
/// threads; a handler only reads it.
class Request {
public:
  Method method{Method::get};      ///< HEAD stays `head`, though the GET handler answers it
  std::uint8_t minor_version{1};   ///< HTTP/1.<minor_version>
  std::string_view target;         ///< as sent, scheme and host included when they were
  std::string_view path;           ///< begins with '/', percent-encoded as sent
  std::string_view query;          ///< after the first '?', without it; read it with form.h
  std::string_view host;           ///< of the Host header or the absolute target, port included
  std::string_view body;           ///< chunked bodies are decoded
  std::span<const Header> headers; ///< in the order sent, repeated names repeated
  std::string_view request_id;     ///< the client's X-Request-Id when sane, else ours
  std::string_view peer_address;   ///< numeric address of the other end of the connection
  std::uint16_t peer_port{0};      ///< of that end
  const Route* route{nullptr};     ///< null while no route matched (error rendering)
  bool in_pool{false};             ///< the handler may wait: it runs on a thread of the pool
  std::shared_ptr<const void> carried{}; ///< what the first run left in `Response::carried`
  bool has_waited{false};          ///< the handler asked to wait before (`Response::waiting`)
  bool must_answer{false};         ///< and may not any more: patience or the server has ended

  /// Value of the first header of that name; nothing when absent. An empty value is a value.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
  /// How many headers of that name were sent.
  [[nodiscard]] std::size_t header_count(std::string_view name) const noexcept;

  /// The n-th `{parameter}` of the route's path, in order, as sent: never empty, still
  /// percent-encoded (decode with `percent_decode` of form.h). Empty when there is no such one.
  [[nodiscard]] std::string_view path_parameter(std::size_t index) const noexcept;
  /// The same by its name in the route's path.
  [[nodiscard]] std::string_view path_parameter(std::string_view name) const noexcept;

  std::array<std::string_view, path_parameters_max> path_parameters{}; ///< set by the route table
};

namespace content_type {
inline constexpr std::string_view json = "application/json";
inline constexpr std::string_view problem_json = "application/problem+json";
inline constexpr std::string_view fhir_json = "application/fhir+json";
inline constexpr std::string_view text = "text/plain; charset=utf-8";
inline constexpr std::string_view prometheus = "text/plain; version=0.0.4; charset=utf-8";
inline constexpr std::string_view ndjson = "application/x-ndjson";
inline constexpr std::string_view html = "text/html; charset=utf-8";
inline constexpr std::string_view yaml = "application/yaml";
inline constexpr std::string_view javascript = "text/javascript; charset=utf-8";
inline constexpr std::string_view css = "text/css; charset=utf-8";
} // namespace content_type

/// The Cache-Control of personal data: no cache keeps it, not even the caller's own. A caller that
/// stored an answer by its own decision may still ask with If-None-Match.
inline constexpr std::string_view no_store = "no-store";

/// A body made piece by piece while it is sent, for answers too large to hold. It is asked on
/// threads of low priority, by one at a time, and again only when the client's socket has taken
/// what it gave before: a slow reader holds up nothing, and no more than one piece waits for it.
/// Destroyed on such a thread when all was sent or the client has gone; on another one when the
/// server stops, or when it was never asked.
class BodyStream {
public:
  /// `failed`: the connection is cut in the middle of the body; no client takes it for whole.
  enum class Piece : std::uint8_t { more, last, failed };

  BodyStream() = default;
  BodyStream(const BodyStream&) = delete;
  BodyStream& operator=(const BodyStream&) = delete;
  virtual ~BodyStream() = default;
  /// Appends the next bytes, perhaps none. Should take milliseconds and give some 100 KB. What it
  /// throws counts as `failed`.
  [[nodiscard]] virtual Piece next(std::string& out) = 0;
};

/// A request that is put aside until there is something to tell.
struct Waiting {
  std::chrono::milliseconds at_most{0}; ///< from the first time on; 0: does not wait
  /// Whether something has come since the handler looked. Asked on another thread, at once and
  /// after each `Server::wake_waiting`: a few loads, and true at the latest then. Lives on the heap
  /// for as long as the request waits.
  std::function<bool()> has_news{};
};

/// What a handler answers. The object is reused for the next request on the same thread with its
/// capacity kept, so appending to `body` allocates nothing in steady state. The server adds Date,
/// Content-Length, X-Request-Id, the headers of response_head.h that tell browsers and caches what
/// they may not do and, when needed, Connection.
class Response {
public:
  int status{200}; ///< 200 to 599
  /// Must outlive the response: a constant of `content_type` or another literal. Not sent when the
  /// body is empty.
  std::string_view content_type{content_type::json};
  /// Must outlive the response; empty sends no Cache-Control at all. With `no_store` the answer
  /// also says that it varies with who asks.
  std::string_view cache_control{no_store};
  std::string body;             ///< append to it; dropped for HEAD, 204 and 304
  /// Instead of a body: sent in chunks, to HTTP/1.0 until the connection closes. HEAD does not ask.
  std::shared_ptr<BodyStream> stream{};
  bool close_connection{false}; ///< end the connection after this answer
  /// Set by a handler that would have to wait and was called with `Request::in_pool` false: what
  /// it wrote is dropped, and it is called again, for the same request, on a thread of the pool,
  /// where `in_pool` is true and this flag means nothing. 503 when the pool has no place.
  bool needs_pool{false};
  /// Set by a handler that has nothing to tell yet and was called with `in_pool` and without
  /// `must_answer`: what it wrote is dropped, the request waits without a thread, and the handler
  /// is called again, in the pool, when there is news, and with `must_answer` at the end. Nobody
  /// is called again whose client has gone. 503 when too many wait.
  Waiting waiting{};
  /// With `needs_pool` or `waiting`: what the next run finds in `Request::carried`, so that nothing
  /// that may be done only once is done again.
  std::shared_ptr<const void> carried{};

  /// Adds a header line. False, and nothing added, when the name is no token, the value holds a
  /// control character, or the server itself writes that header. Both texts are copied. A
  /// Content-Security-Policy takes the place of the server's, which allows nothing.
  bool add_header(std::string_view name, std::string_view value);
  /// The value of a header added with `add_header`, for tests and for callers further out.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
  /// The added lines as they go on the wire, each ending in CRLF.
  [[nodiscard]] std::string_view header_lines() const noexcept { return header_lines_; }
  /// Whether a Content-Security-Policy was added.
  [[nodiscard]] bool has_own_policy() const noexcept { return has_own_policy_; }

  /// Back to an empty 200 with all capacity kept (a body above `body_kept_bytes_max` is freed).
  void reset();

  static constexpr std::size_t body_kept_bytes_max = 1 << 20;

private:
  std::string header_lines_;
  bool has_own_policy_{false};
};

} // namespace grunndata::api::http
