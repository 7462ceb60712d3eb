// From a complete request to the bytes of its answer: lookup of the route, handler, errors.
#pragma once

#include "api/http/message.h"
#include "api/http/output_buffer.h"
#include "api/http/problem.h"
#include "api/http/route.h"
#include "api/http/server.h"

#include <atomic>
#include <cstdint>
#include <string_view>

namespace grunndata::api::http {

/// What every connection of a server shares; outlives them all.
struct AnswerContext {
  const RouteTable* routes{nullptr};
  const ServerOptions* options{nullptr};
  std::atomic<bool> draining{false};
  std::atomic<std::uint64_t> requests{0};
};

/// Memory a thread reuses from one answer to the next.
struct AnswerScratch {
  OutputBuffer out;  ///< answers not sent yet, in order
  Response response; ///< the last one; its body belongs after `out` when `has_loose_body`
  bool has_loose_body{false};
  bool is_chunked{false}; ///< of a stream in `response`: it is not sent until the connection closes

  /// The calling thread's own.
  [[nodiscard]] static AnswerScratch& mine();
};

/// Bodies up to this are copied behind their head; larger ones are sent from where they are.
inline constexpr std::size_t copied_body_bytes_max = 32 * 1024;

/// How the connection goes on after the answer.
/// `needs_pool`: there is no answer yet, nothing was appended or counted, and the handler has to
/// run again in the pool. `waits`: the same, but once `AnswerScratch::response.waiting` says so.
enum class Afterwards : std::uint8_t { stays, closes, needs_pool, waits };

/// Runs the route's handler, or answers 404 or 405 when `match` has none. Never throws because of
/// a handler: that is a 500. `needs_pool` only when `request.in_pool` is false, `waits` only when
/// it is true and `request.must_answer` is not. A stream left in `scratch.response` is the body, to
/// be sent next; it is for the caller to take.
[[nodiscard]] Afterwards append_answer(AnswerContext& context, Request& request,
                                       const RouteMatch& match, bool keep_alive,
                                       AnswerScratch& scratch);

/// Answers an error of the transport; a 503 says when to come again.
[[nodiscard]] Afterwards append_error(AnswerContext& context, Request& request,
                                      const RouteMatch& match, const ErrorInfo& info,
                                      bool keep_alive, AnswerScratch& scratch);

} // namespace grunndata::api::http
