#include "api/http/connection.h"

#include "api/http/host.h"
#include "api/http/owned_request.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

namespace grunndata::api::http {
namespace {

constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::size_t gathered_bytes_max = 64 * 1024; ///< answers put together before a send

/// Sends what the socket takes now. The number of bytes sent, or -1 when the client is gone.
ssize_t send_now(int fd, std::string_view first, std::string_view second) noexcept {
  for (;;) {
    ssize_t sent = 0;
    if (second.empty()) {
      sent = ::send(fd, first.data(), first.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    } else {
      // sendmsg never writes through iov_base
      std::array<iovec, 2> parts{{{const_cast<char*>(first.data()), first.size()},
                                  {const_cast<char*>(second.data()), second.size()}}};
      msghdr message{};
      message.msg_iov = parts.data();
      message.msg_iovlen = parts.size();
      sent = ::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    if (sent >= 0) return sent;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return 0;
    if (errno != EINTR) return -1;
  }
}

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
};

Connection::Connection(ConnectionContext& context, int fd, std::string peer_address)
    : context_(&context), fd_(fd), peer_address_(std::move(peer_address)), active_at_ms_(now_ms()),
      parser_(context.answers.options->limits) {}

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
  if (pending_.size() + bytes.size() > limits().paused_input_bytes_max) is_overrun_ = true;
  if (is_overrun_) {
    // Nobody may send that far ahead. Reading ends here; what was kept is still answered.
    ::shutdown(fd_, SHUT_RD);
  } else {
    pending_.append(bytes);
  }
  return false;
}

void Connection::on_disconnect() noexcept {
  const std::lock_guard lock(mutex_);
  is_open_ = false;
}

void Connection::refuse() {
  AnswerScratch& scratch = AnswerScratch::mine();
  Request request;
  request.peer_address = peer_address_;
  static_cast<void>(append_error(context_->answers, request, {},
                                 {problem::overloaded, "Too many connections"}, false, scratch));
  static_cast<void>(send_now(fd_, scratch.out.view(), {}));
  scratch.out.clear();
  end_output();
}

void Connection::close_leftover() noexcept {
  const std::lock_guard lock(mutex_);
  if (std::exchange(is_open_, false)) ::close(fd_);
}

void Connection::abort() noexcept {
  const std::lock_guard lock(mutex_);
  if (is_open_) ::shutdown(fd_, SHUT_RDWR);
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
  return flush({});
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
    cut();
    static_cast<void>(try_come_back());
  }
  return Owned::given_away;
}

/// Copies the complete request and gives it, with the rest of the input, to the pool, where a
/// place is reserved for it.
Connection::Owned Connection::submit(std::string_view rest) {
  WorkPool& pool = context_->pool;
  job_.reset(new Job{OwnedRequest(parser_.request()), match_, parser_.keep_alive()});
  parser_.next();
  has_completed_ = true;
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
  pending_.insert(0, rest);
}

/// Gives the connection back to its worker; false when there is input to look at first.
bool Connection::try_come_back() noexcept {
  note_progress();
  int duplicate = -1;
  {
    const std::lock_guard lock(mutex_);
    if (!is_closing_ && !pending_.empty()) return false;
    if (!is_closing_ && is_overrun_) end_output();
    pending_.clear();
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
    const std::unique_ptr<Job> job = std::move(job_);
    job->request.request().in_pool = true;
    is_closing_ = append_answer(context_->answers, job->request.request(), job->match,
                                job->keep_alive, AnswerScratch::mine()) == Afterwards::closes;
  }
  std::string taken;
  do {
    if (process(taken) == Owned::given_away) return;
    taken.clear();
    const std::lock_guard lock(mutex_);
    taken.swap(pending_);
  } while (!taken.empty() || !try_come_back());
}

/// On the drainer's thread, which gives the duplicate back.
void Connection::drained(bool sent) noexcept {
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

// ---- ends

/// Our last byte is out: the client sees the end, and has `linger_timeout` to go. Closing at once
/// would make the kernel throw away what the client has not read yet.
void Connection::end_output() noexcept {
  ::shutdown(output_fd(), SHUT_WR);
  is_closing_ = true;
  closing_at_ms_.store(now_ms(), std::memory_order_relaxed);
}

/// The client is gone, or has to go: nothing more is sent, unsent bytes are dropped.
void Connection::cut() noexcept {
  const linger at_once{1, 0};
  ::setsockopt(output_fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::shutdown(output_fd(), SHUT_RDWR);
  is_closing_ = true;
  closing_at_ms_.store(now_ms(), std::memory_order_relaxed);
}

/// Memory ran out in the middle of something. What was gathered for this client must not reach
/// the next one this thread serves.
void Connection::give_up() noexcept {
  AnswerScratch& scratch = AnswerScratch::mine();
  scratch.out.clear();
  scratch.has_loose_body = false;
  cut();
  if (duplicate_ >= 0) {
    static_cast<void>(try_come_back());
    return;
  }
  note_progress();
  owner_.store(Owner::idle, std::memory_order_release);
}

bool Connection::is_busy() const noexcept {
  return owner_.load(std::memory_order_relaxed) != Owner::idle ||
         begun_at_ms_.load(std::memory_order_relaxed) != 0;
}

void Connection::sweep(std::int64_t now) {
  const auto passed = [now](const std::atomic<std::int64_t>& since, auto limit) {
    const std::int64_t at = since.load(std::memory_order_relaxed);
    return at != 0 && now - at > limit.count();
  };
  const bool is_closed = passed(closing_at_ms_, limits().linger_timeout);
  const bool is_late = passed(begun_at_ms_, limits().request_timeout);
  const bool is_unused = passed(active_at_ms_, limits().keepalive_timeout);
  if (!is_closed && !is_late && !is_unused) return;

  const std::lock_guard lock(mutex_);
  Owner expected = Owner::idle;
  if (!is_open_ || !owner_.compare_exchange_strong(expected, Owner::elsewhere)) return;
  // Owned now, so the values stand still; the worker waits at the mutex if input comes.
  if (closing_at_ms_.load() == 0 && passed(begun_at_ms_, limits().request_timeout)) {
    match_ = {};
    answer_failure(problem::request_timeout);
    AnswerScratch& scratch = AnswerScratch::mine();
    static_cast<void>(send_now(fd_, scratch.out.view(), {}));
    scratch.out.clear();
    end_output();
    begun_at_ms_.store(0, std::memory_order_relaxed);
  } else if (is_closed ||
             (begun_at_ms_.load() == 0 && passed(active_at_ms_, limits().keepalive_timeout))) {
    ::shutdown(fd_, SHUT_RDWR);
    is_closing_ = true;
  }
  owner_.store(Owner::idle, std::memory_order_release);
}

} // namespace grunndata::api::http
