// Strict HTTP/1.1 framing: bytes in any pieces become requests. Knows no socket.
#pragma once

#include "api/http/chunked_decoder.h"
#include "api/http/limits.h"
#include "api/http/message.h"
#include "api/http/problem.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::api::http {

/// Reads one request after the other from a connection:
///
///   head, head_complete, (begin_body), body, complete, (next), head …; or failed, for good
///
/// A request that lies whole in one piece of input is not copied: its views then point into that
/// piece. One that arrives in several pieces is gathered in buffers of the parser. Either way the
/// views hold until `next()` as long as the caller keeps the piece given last; a piece may be
/// dropped once `consume` has returned with the state `head` or `body`.
///
/// Refused, because readers disagree about them: bare LF, folded lines, blanks around a name,
/// several or odd Content-Length, Content-Length beside Transfer-Encoding, any coding but one
/// `chunked`, more or less than one Host (HTTP/1.0 may have none), NUL and other control
/// characters, raw bytes above 0x7F or a broken percent-encoding in the target.
/// One blank line before a request is skipped. Not for several threads at once.
class RequestParser {
public:
  enum class State : std::uint8_t { head, head_complete, body, complete, failed };

  /// The limits must outlive the parser.
  explicit RequestParser(const Limits& limits) noexcept : limits_(&limits) {}

  /// Takes bytes and gives how many were taken. In states `head` and `body` it takes all there
  /// are unless the state changes; call it again after `begin_body`, even with nothing left. In
  /// the other states it takes nothing.
  [[nodiscard]] std::size_t consume(std::string_view bytes);

  /// In state `head_complete`: goes on with the body, which may have that many bytes, to `body`,
  /// `complete` (when there is none) or `failed`.
  void begin_body(std::size_t body_bytes_max);

  /// In state `complete`: forgets the request, ready for the next one.
  void next();
  /// In any state: the same, and gives the memory back.
  void forget();
  /// What it keeps for a request that is not complete, and between requests.
  [[nodiscard]] std::size_t held_bytes() const noexcept {
    return buffer_.capacity() + body_.capacity();
  }

  [[nodiscard]] State state() const noexcept { return state_; }
  /// True when a request has begun and is not yet complete.
  [[nodiscard]] bool begun() const noexcept { return state_ != State::head || !buffer_.empty(); }

  /// From `head_complete` on all but the body; in `complete` all of it; in `failed` what was
  /// understood. `path_parameters` and `route` are the caller's to set.
  [[nodiscard]] Request& request() noexcept { return request_; }

  /// The connection may carry another request after this one.
  [[nodiscard]] bool keep_alive() const noexcept { return keep_alive_; }
  /// The client waits for "100 Continue" before it sends its body.
  [[nodiscard]] bool wants_continue() const noexcept { return wants_continue_ && has_body(); }
  [[nodiscard]] bool has_body() const noexcept { return is_chunked_ || content_length_ > 0; }
  /// Valid in state `failed`.
  [[nodiscard]] const ProblemKind& failure() const noexcept { return *failure_; }

private:
  enum class Found : std::uint8_t { nothing, head, failure };

  std::size_t consume_head(std::string_view bytes);
  std::size_t consume_body(std::string_view bytes);
  Found find_head_end(std::string_view text);
  void check_head_size(std::string_view text);
  void parse_head(std::string_view head);
  bool parse_request_line(std::string_view line);
  bool is_remembered(std::string_view target) noexcept;
  bool parse_target(std::string_view target);
  bool parse_header(std::string_view line);
  bool note_header(std::string_view name, std::string_view value);
  bool note_content_length(std::string_view value);
  void note_connection(std::string_view value);
  bool finish_head();
  void retain();
  bool fail(const ProblemKind& kind) noexcept;

  const Limits* limits_;
  std::string remembered_target_; ///< the last good one that began with '/'
  std::size_t remembered_path_bytes_{0};
  const ProblemKind* failure_{nullptr};
  Request request_;
  std::vector<Header> headers_;
  std::string buffer_;    ///< the head, when it did not come in one piece with the rest
  std::string body_;      ///< the body, likewise
  std::string_view head_; ///< where the head lies now
  ChunkedDecoder chunks_;

  std::size_t scanned_{0};            ///< where the search for the end of the head goes on
  std::size_t line_begin_{0};         ///< of the line being searched
  std::size_t head_begin_{0};         ///< 2 after a blank line
  std::size_t request_line_bytes_{0}; ///< as far as it has come
  std::uint64_t content_length_{0};
  std::uint64_t body_bytes_left_{0};
  std::uint32_t host_count_{0};
  std::uint32_t content_length_count_{0};
  std::uint32_t transfer_encoding_count_{0};
  State state_{State::head};
  bool has_authority_{false};
  bool is_chunked_{false};
  bool keep_alive_{true};
  bool says_close_{false};
  bool says_keep_alive_{false};
  bool wants_continue_{false};
};

} // namespace grunndata::api::http
