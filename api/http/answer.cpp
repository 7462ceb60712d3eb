#include "api/http/answer.h"

#include "api/http/response_head.h"

#include <chrono>
#include <utility>

namespace grunndata::api::http {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view retry_after_seconds = "1";

void render(const AnswerContext& context, const Request& request, const ErrorInfo& info,
            Response& response) {
  response.reset();
  const auto& render_error = context.options->render_error;
  if (render_error) {
    try {
      render_error(request, info, response);
      return;
    } catch (...) {
      response.reset(); // the plain form below needs nothing that could fail again
    }
  }
  write_problem(response, {info.kind, info.detail, {}, request.request_id, {}});
}

/// A status outside the range would break the status line; a body above the limit must not go out.
bool is_sendable(const AnswerContext& context, const Response& response) noexcept {
  return response.status >= 200 && response.status <= 599 &&
         response.body.size() <= context.options->limits.response_bytes_max;
}

Afterwards finish(AnswerContext& context, const Request& request, bool keep_alive,
                  AnswerScratch& scratch) {
  Response& response = scratch.response;
  const bool is_old = request.minor_version == 0;
  const bool is_streamed = response.stream != nullptr;
  const bool closes = !keep_alive || response.close_connection || (is_streamed && is_old) ||
                      context.draining.load(std::memory_order_relaxed);
  auto connection = closes ? ConnectionHeader::close : ConnectionHeader::none;
  if (!closes && is_old) connection = ConnectionHeader::keep_alive;
  const std::size_t body_bytes = is_streamed ? 0 : response.body.size();
  BodyFraming framing(body_bytes);
  if (is_streamed) {
    framing = BodyFraming(is_old ? BodyFraming::Kind::until_close : BodyFraming::Kind::chunked);
  }
  append_response_head(scratch.out, response, framing, request.request_id, connection);
  scratch.is_chunked = is_streamed && !is_old;
  if (request.method == Method::head) response.stream.reset();
  const bool sends_body = request.method != Method::head && response.status != 204 &&
                          response.status != 304 && body_bytes > 0;
  if (sends_body && body_bytes <= copied_body_bytes_max) scratch.out.append(response.body);
  scratch.has_loose_body = sends_body && body_bytes > copied_body_bytes_max;
  context.requests.fetch_add(1, std::memory_order_relaxed);
  return closes ? Afterwards::closes : Afterwards::stays;
}

void observe(const AnswerContext& context, const Request& request, const RouteMatch& match,
             const Response& response, Clock::time_point begin) {
  if (!context.options->observe) return;
  Observation seen;
  seen.route = match.route;
  seen.route_index = match.index;
  seen.method = request.method;
  seen.status = response.status;
  seen.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  seen.request_body_bytes = request.body.size();
  seen.response_body_bytes = response.body.size();
  try {
    context.options->observe(seen);
  } catch (...) {
    return; // a metric that fails must not cost the client its answer
  }
}

bool waits(const Request& request, const Response& response) noexcept {
  return response.waiting.at_most.count() > 0 && request.in_pool && !request.must_answer;
}

void run_handler(const AnswerContext& context, const Request& request, Response& response) {
  try {
    request.route->handler(request, response);
    const bool is_asking_for_pool = response.needs_pool && !request.in_pool;
    if (is_asking_for_pool || waits(request, response) || is_sendable(context, response)) return;
  } catch (...) {
    // What was thrown may quote the request; nothing of it goes out.
  }
  render(context, request, {problem::internal, {}}, response);
}

Clock::time_point begin_time(const AnswerContext& context) {
  return context.options->observe ? Clock::now() : Clock::time_point{};
}

} // namespace

AnswerScratch& AnswerScratch::mine() {
  thread_local AnswerScratch scratch;
  return scratch;
}

Afterwards append_answer(AnswerContext& context, Request& request, const RouteMatch& match,
                         bool keep_alive, AnswerScratch& scratch) {
  const auto begin = begin_time(context);
  Response& response = scratch.response;
  response.reset();
  if (request.request_id.empty()) request.request_id = make_request_id();
  request.route = match.route;
  if (match.route != nullptr) {
    run_handler(context, request, response);
    if (response.needs_pool && !request.in_pool) {
      request.carried = std::move(response.carried);
      return Afterwards::needs_pool;
    }
    if (waits(request, response)) {
      request.carried = std::move(response.carried);
      return Afterwards::waits;
    }
  } else if (match.allow.empty()) {
    render(context, request, {problem::route_not_found, {}}, response);
  } else {
    render(context, request, {problem::method_not_allowed, {}}, response);
    response.add_header("Allow", match.allow);
  }
  const Afterwards afterwards = finish(context, request, keep_alive, scratch);
  observe(context, request, match, response, begin);
  return afterwards;
}

Afterwards append_error(AnswerContext& context, Request& request, const RouteMatch& match,
                        const ErrorInfo& info, bool keep_alive, AnswerScratch& scratch) {
  const auto begin = begin_time(context);
  if (request.request_id.empty()) request.request_id = make_request_id();
  request.route = match.route;
  render(context, request, info, scratch.response);
  if (info.kind.status == problem::overloaded.status) {
    scratch.response.add_header("Retry-After", retry_after_seconds);
  }
  const Afterwards afterwards = finish(context, request, keep_alive, scratch);
  observe(context, request, match, scratch.response, begin);
  return afterwards;
}

} // namespace grunndata::api::http
