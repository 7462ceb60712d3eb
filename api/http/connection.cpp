#include "api/http/connection.h"

#include "api/http/connection_stream.h"
#include "api/http/host.h"
#include "api/http/owned_request.h"
#include "api/http/send_now.h"

#include <algorithm>
#include <ctime>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace grunndata::api::http {
namespace {

constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::size_t gathered_bytes_max = 64 * 1024; ///< answers put together before a send

bool answers_for(const ServerOptions& options, std::string_view authority) {
  if (!options.loopback_hosts_only || authority.empty()) return true;
  const auto name = host_name(authority);
  if (!name) return false;
  if (is_loopback_name(*name)) return true;
  return std::any_of(options.host_names.begin(), options.host_names.end(),
                     [&](const std::string& own) { return equals_ignoring_case(own, *name); });
}

} // namespace

/// A request on its way to the pool, with everything it points to.
struct Connection::Job {
  OwnedRequest request;
  RouteMatch match;
  bool keep_alive;
  bool is_turned_away{false};             ///< too many wait
  WaitingRoom::Clock::time_point until{}; ///< how long it waits, once it has begun to
};

Connection::Connection(ConnectionContext& context, int fd, std::string peer_address,
                       std::uint16_t peer_port)
    : context_(&context), fd_(fd), peer_address_(std::move(peer_address)), peer_port_(peer_port),
      active_at_ms_(now_ms()), held_pending_(context.held_bytes),
      parser_(context.answers.options->limits), held_(context.held_bytes) {}

Connection::~Connection() {
  if (duplicate_ >= 0) ::close(duplicate_);
}

std::int64_t Connection::now_ms() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

const Limits& Connection::limits() const noexcept { return context_->answers.options->limits; }

// ---- the worker

void Connection::on_input(std::string_view bytes) {
  if (!claim_for_worker(bytes)) return;
  try {
    if (process(bytes) == Owned::given_away) return;
  } catch (...) {
    return give_up();
  }
  note_progress();
  owner_.store(Owner::idle, std::memory_order_release);
}

/// False when the bytes were kept for the owner elsewhere.
bool Connection::claim_for_worker(std::string_view bytes) {
  Owner expected = Owner::idle;
  if (owner_.compare_exchange_strong(expected, Owner::worker, std::memory_order_acquire)) {
    return true;
  }
  const std::lock_guard lock(mutex_);
  expected = Owner::idle;
  if (owner_.compare_exchange_strong(expected, Owner::worker, std::memory_order_acquire)) {
    return true;
  }
  const std::size_t pending = pending_.size() + bytes.size();
  const bool is_crowded = held_pending_.total() > limits().held_bytes_max;
  const std::size_t most = is_crowded ? limits().head_bytes_max : limits().paused_input_bytes_max;
  if (pending > most && !is_overrun_) {
    is_overrun_ = true;
    context_->sent_too_far.fetch_add(1);
  }
  if (is_overrun_) {
    // Nobody may send that far ahead. Reading ends here; what was kept is still answered.
    ::shutdown(fd_, SHUT_RD);
  } else {
    keep_pending(pending_.size(), bytes);
  }
  return false;
}

void Connection::on_disconnect() noexcept {
  {
    const std::lock_guard lock(mutex_);
    is_open_ = false;
  }
  if (context_->waiting.leave(this)) leave_waiting_room();
}

/// Deadlines are the sweeper's business; this tells it where the connection stands.
void Connection::note_progress() noexcept {
  const std::int64_t now = now_ms();
  active_at_ms_.store(now, std::memory_order_relaxed);
  if (is_closing_ || !parser_.begun()) {
    begun_at_ms_.store(0, std::memory_order_relaxed);
  } else if (has_completed_ || begun_at_ms_.load(std::memory_order_relaxed) == 0) {
    begun_at_ms_.store(now, std::memory_order_relaxed);
  }
  has_completed_ = false;
}

// ---- the owner, whichever thread that is

Connection::Owned Connection::process(std::string_view bytes) {
  std::size_t answered = 0;
  while (!is_closing_) {
    bytes.remove_prefix(parser_.consume(bytes));
    const auto state = parser_.state();
    if (state == RequestParser::State::head || state == RequestParser::State::body) break;
    if (step(bytes, answered) == Owned::given_away) return Owned::given_away;
  }
  if (!may_hold()) {
    answer_failure(problem::overloaded);
    parser_.forget();
    held_.set(parser_.held_bytes());
  }
  return flush({});
}

/// Counts the memory of what has begun. False when all connections together hold too much and this
/// one more than every connection may.
bool Connection::may_hold() noexcept {
  const bool is_crowded = held_.total() > limits().held_bytes_max;
  if (is_crowded && !parser_.begun()) parser_.forget();
  const std::size_t bytes = parser_.held_bytes();
  held_.set(bytes);
  return is_closing_ || bytes <= 2 * limits().head_bytes_max || // strings grow to twice their bytes
         held_.total() <= limits().held_bytes_max;
}

/// Handles one change of the parser's state.
Connection::Owned Connection::step(std::string_view& bytes, std::size_t& answered) {
  switch (parser_.state()) {
    case RequestParser::State::head_complete: begin_request(bytes.empty()); return Owned::still;
    case RequestParser::State::failed:
      match_ = {};
      answer_failure(parser_.failure());
      return Owned::still;
    default: break;
  }
  if (answer_request(bytes) == Owned::given_away) return Owned::given_away;
  if (!is_closing_ && ++answered >= limits().pipelined_requests_max && !bytes.empty()) {
    answered = 0;
    return yield(bytes);
  }
  return Owned::still;
}

/// The head is there: everything that can be refused without the body is refused here.
void Connection::begin_request(bool is_input_used_up) {
  AnswerContext& answers = context_->answers;
  Request& request = parser_.request();
  request.peer_address = peer_address_;
  request.peer_port = peer_port_;
  match_ = {};
  if (!answers_for(*answers.options, request.host)) return answer_failure(problem::misdirected);
  match_ = answers.routes->match(request.method, request.path);
  request.path_parameters = match_.parameters;
  const Route* route = match_.route;
  const std::size_t own_max = limits().body_bytes_max;
  const bool wants_continue = parser_.wants_continue();
  if (route == nullptr && wants_continue) {
    // It has not sent its body: answer now, and as nobody can tell what follows, close.
    static_cast<void>(append_answer(answers, request, match_, false, AnswerScratch::mine()));
    is_closing_ = true;
    return;
  }
  parser_.begin_body(route != nullptr ? route->body_bytes_max.value_or(own_max) : own_max);
  const bool is_waiting = parser_.state() == RequestParser::State::body && is_input_used_up;
  if (wants_continue && is_waiting) AnswerScratch::mine().out.append(continue_line);
}

void Connection::answer_failure(const ProblemKind& kind) {
  Request& request = parser_.request();
  request.peer_address = peer_address_;
  request.peer_port = peer_port_;
  static_cast<void>(
      append_error(context_->answers, request, match_, {kind, {}}, false, AnswerScratch::mine()));
  is_closing_ = true;
}

Connection::Owned Connection::answer_request(std::string_view rest) {
  const bool is_in_pool = duplicate_ >= 0; // away from the worker, handlers run in the pool alone
  const bool is_inline = match_.route == nullptr || match_.route->lane == Lane::inline_lane;
  if (!is_inline && !is_in_pool) return answer_in_pool(rest);
  parser_.request().in_pool = is_in_pool;
  const Afterwards afterwards = append_answer(context_->answers, parser_.request(), match_,
                                              parser_.keep_alive(), AnswerScratch::mine());
  if (afterwards == Afterwards::needs_pool) return answer_in_pool(rest);
  if (afterwards == Afterwards::waits) return wait(rest);
  if (AnswerScratch::mine().response.stream) {
    parser_.next();
    return begin_stream(rest, afterwards);
  }
  return finish_request(rest, afterwards);
}

Connection::Owned Connection::answer_in_pool(std::string_view rest) {
  if (context_->pool.reserve()) return submit(rest);
  context_->pool_refused.fetch_add(1, std::memory_order_relaxed);
  return finish_request(rest, append_error(context_->answers, parser_.request(), match_,
                                           {problem::overloaded, {}}, parser_.keep_alive(),
                                           AnswerScratch::mine()));
}

/// An answer is gathered: on to the next request.
Connection::Owned Connection::finish_request(std::string_view rest, Afterwards afterwards) {
  AnswerScratch& scratch = AnswerScratch::mine();
  parser_.next();
  has_completed_ = true;
  is_closing_ = afterwards == Afterwards::closes;
  const bool is_much = scratch.has_loose_body || scratch.out.size() > gathered_bytes_max;
  return is_much ? flush(rest) : Owned::still;
}

/// Sends the gathered answers. What the client does not take goes to the drainer, and `rest`, the
/// input not looked at yet, waits until it is through.
Connection::Owned Connection::flush(std::string_view rest) {
  AnswerScratch& scratch = AnswerScratch::mine();
  const bool has_body = std::exchange(scratch.has_loose_body, false);
  const std::string_view body = has_body ? std::string_view(scratch.response.body) : "";
  const std::string_view head = scratch.out.view();
  if (!head.empty()) {
    const ssize_t sent = send_now(output_fd(), head, body);
    scratch.out.clear(); // the bytes stay readable until something is put in
    if (sent < 0) {
      cut();
      return Owned::still;
    }
    const auto taken = static_cast<std::size_t>(sent);
    if (taken < head.size() + body.size()) {
      std::string unsent(head.substr(std::min(taken, head.size())));
      unsent.append(body.substr(taken > head.size() ? taken - head.size() : 0));
      return drain(rest, std::move(unsent));
    }
  }
  if (is_closing_ && closing_at_ms_.load(std::memory_order_relaxed) == 0) end_output();
  return Owned::still;
}

Connection::Owned Connection::drain(std::string_view rest, std::string unsent) {
  if (!go_elsewhere()) {
    cut();
    return Owned::still;
  }
  keep_first(rest);
  Transfer transfer{duplicate_, std::move(unsent),
                    [self = shared_from_this()](bool sent) { self->drained(sent); }};
  if (!context_->drainer.add(transfer)) {
    if (stream_) {
      cut_stream();
    } else {
      cut();
      static_cast<void>(try_come_back());
    }
  }
  return Owned::given_away;
}

void Connection::take_job() {
  job_.reset(new Job{OwnedRequest(parser_.request()), match_, parser_.keep_alive()});
  parser_.next();
  has_completed_ = true;
}

/// Copies the complete request and gives it, with the rest of the input, to the pool, where a
/// place is reserved for it.
Connection::Owned Connection::submit(std::string_view rest) {
  WorkPool& pool = context_->pool;
  take_job();
  // Earlier answers first; if they do not fit, the drainer passes the connection on to the pool.
  if (flush(rest) == Owned::given_away) {
    pool.release();
    return Owned::given_away;
  }
  if (!is_closing_ && !go_elsewhere()) cut();
  if (is_closing_) {
    job_.reset();
    pool.release();
    return Owned::still;
  }
  keep_first(rest);
  pool.post_reserved([self = shared_from_this()] { self->run(); });
  return Owned::given_away;
}

/// Lets the worker's other connections have their turn.
Connection::Owned Connection::yield(std::string_view rest) {
  if (flush(rest) == Owned::given_away) return Owned::given_away;
  if (is_closing_ || !go_elsewhere()) return Owned::still;
  keep_first(rest);
  context_->pool.post([self = shared_from_this()] { self->run(); });
  return Owned::given_away;
}

// ---- away from the worker

/// Makes the connection independent of the worker's descriptor. False when the kernel gives none.
bool Connection::go_elsewhere() {
  if (duplicate_ >= 0) return true;
  duplicate_ = ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
  if (duplicate_ < 0) return false;
  context_->elsewhere.fetch_add(1);
  owner_.store(Owner::elsewhere, std::memory_order_relaxed); // the worker itself is the caller
  return true;
}

/// Input that was taken out but not looked at comes before what arrived since.
void Connection::keep_first(std::string_view rest) {
  if (rest.empty()) return;
  const std::lock_guard lock(mutex_);
  keep_pending(0, rest);
}

/// Under the mutex.
void Connection::keep_pending(std::size_t at, std::string_view bytes) {
  pending_.insert(at, bytes);
  held_pending_.set(pending_.capacity());
}

/// Under the mutex.
std::string Connection::take_pending() {
  held_pending_.set(0);
  return std::exchange(pending_, {});
}

/// Gives the connection back to its worker; false when there is input to look at first.
bool Connection::try_come_back() noexcept {
  note_progress();
  int duplicate = -1;
  {
    const std::lock_guard lock(mutex_);
    if (!is_closing_ && !pending_.empty()) return false;
    if (!is_closing_ && is_overrun_) end_output();
    static_cast<void>(take_pending());
    duplicate = std::exchange(duplicate_, -1);
    owner_.store(Owner::idle, std::memory_order_release);
  }
  ::close(duplicate);
  context_->elsewhere.fetch_sub(1);
  return true;
}

/// On a thread of the pool.
void Connection::run() noexcept {
  try {
    run_pending();
  } catch (...) {
    give_up();
  }
}

void Connection::run_pending() {
  if (job_) {
    const Afterwards afterwards = answer_job();
    if (afterwards == Afterwards::waits) return enter_waiting_room();
    const std::unique_ptr<Job> job = std::move(job_);
    if (AnswerScratch::mine().response.stream) {
      if (begin_stream({}, afterwards) == Owned::given_away) return;
    } else {
      is_closing_ = afterwards == Afterwards::closes;
    }
  }
  std::string taken;
  do {
    if (process(taken) == Owned::given_away) return;
    const std::lock_guard lock(mutex_);
    taken = take_pending();
  } while (!taken.empty() || !try_come_back());
}

Afterwards Connection::answer_job() {
  Request& request = job_->request.request();
  request.in_pool = true;
  AnswerScratch& scratch = AnswerScratch::mine();
  if (job_->is_turned_away) {
    return append_error(context_->answers, request, job_->match,
                        {problem::overloaded, "Too many requests wait"}, job_->keep_alive, scratch);
  }
  return append_answer(context_->answers, request, job_->match, job_->keep_alive, scratch);
}

// ---- waiting for news

/// In the pool, where a handler has asked to wait before input that is not looked at yet.
Connection::Owned Connection::wait(std::string_view rest) {
  Waiting waiting = std::move(AnswerScratch::mine().response.waiting);
  take_job();
  if (flush(rest) == Owned::given_away) return Owned::given_away; // asked again once that is out
  if (is_closing_) {
    job_.reset();
    return Owned::still;
  }
  keep_first(rest);
  AnswerScratch::mine().response.waiting = std::move(waiting);
  enter_waiting_room();
  return Owned::given_away;
}

/// From here on whoever resumes the connection owns it, at once perhaps.
void Connection::enter_waiting_room() {
  const auto self = shared_from_this();
  Waiting& waiting = AnswerScratch::mine().response.waiting;
  if (job_->until == WaitingRoom::Clock::time_point{}) {
    job_->until = WaitingRoom::Clock::now() + waiting.at_most;
  }
  WaitingRoom::Waiter waiter{[self](bool is_over) { self->resume(is_over); },
                             std::move(waiting.has_news), job_->until};
  const auto entry = context_->waiting.add(this, waiter);
  if (entry != WaitingRoom::Entry::admitted) {
    job_->is_turned_away = entry == WaitingRoom::Entry::full;
    return resume(true);
  }
  bool is_gone = false;
  {
    const std::lock_guard lock(mutex_);
    is_gone = !is_open_;
  }
  if (is_gone && context_->waiting.leave(this)) leave_waiting_room();
}

void Connection::resume(bool is_over) {
  job_->request.request().has_waited = true;
  job_->request.request().must_answer = is_over;
  context_->pool.post([self = shared_from_this()] { self->run(); });
}

/// The client has gone: there is nobody to answer.
void Connection::leave_waiting_room() noexcept {
  job_.reset();
  cut();
  static_cast<void>(try_come_back());
}

/// On the drainer's thread, which gives the duplicate back.
void Connection::drained(bool sent) noexcept {
  if (stream_) return post_stream(sent);
  if (sent && !is_closing_ && !job_ && try_come_back()) return;
  if (sent && !is_closing_) {
    try {
      return context_->pool.post([self = shared_from_this()] { self->run(); });
    } catch (...) {
      sent = false;
    }
  }
  if (sent) {
    end_output();
  } else {
    cut();
  }
  static_cast<void>(try_come_back());
}

} // namespace grunndata::api::http
