// How a connection ends: by a refusal, a deadline, the client's leaving, the server's end.
#include "api/http/connection.h"
#include "api/http/send_now.h"

#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace grunndata::api::http {

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
