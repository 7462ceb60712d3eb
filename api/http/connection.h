// One client connection: who may touch it when, and the order of its answers.
#pragma once

#include "api/http/answer.h"
#include "api/http/drainer.h"
#include "api/http/held_bytes.h"
#include "api/http/request_parser.h"
#include "api/http/waiting_room.h"
#include "api/http/work_pool.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace grunndata::api::http {

/// What connections need of their server; outlives them all.
struct ConnectionContext {
  AnswerContext answers;
  WorkPool pool;
  Drainer drainer;
  WaitingRoom waiting;
  std::atomic<std::size_t> held_bytes{0};     ///< memory that unfinished requests take
  std::atomic<std::size_t> elsewhere{0};      ///< connections owned by the pool or the drainer
  std::atomic<std::uint64_t> pool_refused{0}; ///< answers 503 for want of a place in the pool
  std::atomic<std::uint64_t> sent_too_far{0}; ///< connections whose input ran too far ahead
  WorkPool streams; ///< makes streamed bodies; last: its tasks own connections
};

/// A connection is owned by nobody (`idle`), by its worker while it handles input, or by the pool,
/// the drainer, the waiting room or the sweeper (`elsewhere`). Only the owner parses, runs handlers
/// and writes; so answers come in order, and input that arrives meanwhile is kept. Away from the
/// worker all writing goes to a duplicate of the descriptor: when the worker closes its own, the
/// number may name another client the next moment, the duplicate never does.
///
/// `on_input` and `on_disconnect` are called by the worker alone, the others by any thread.
class Connection : public std::enable_shared_from_this<Connection> {
public:
  /// `fd` stays the worker's: open until `on_disconnect` has returned.
  Connection(ConnectionContext& context, int fd, std::string peer_address, std::uint16_t peer_port);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void on_input(std::string_view bytes);
  void on_disconnect() noexcept;
  /// Answers 503 and takes no input: there are too many connections.
  void refuse();
  /// When the worker is no more: closes what it would have closed.
  void close_leftover() noexcept;
  /// Ends the connection at once, whatever state it is in.
  void abort() noexcept;
  /// Ends it when one of its deadlines has passed.
  void sweep(std::int64_t now_ms);

  /// A request has begun and is not answered yet.
  [[nodiscard]] bool is_busy() const noexcept;
  [[nodiscard]] const std::string& peer_address() const noexcept { return peer_address_; }

  /// The coarse monotonic clock the deadlines are counted in.
  [[nodiscard]] static std::int64_t now_ms() noexcept;

private:
  enum class Owner : std::uint8_t { idle, worker, elsewhere };
  /// Whether the caller still owns the connection.
  enum class Owned : std::uint8_t { still, given_away };
  struct Job;
  struct Stream;

  Owned process(std::string_view bytes);
  Owned step(std::string_view& bytes, std::size_t& answered);
  Owned answer_request(std::string_view rest);
  Owned answer_in_pool(std::string_view rest);
  Owned finish_request(std::string_view rest, Afterwards afterwards);
  void begin_request(bool is_input_used_up);
  void answer_failure(const ProblemKind& kind);
  Owned flush(std::string_view rest);
  Owned drain(std::string_view rest, std::string unsent);
  Owned submit(std::string_view rest);
  Owned yield(std::string_view rest);
  Owned wait(std::string_view rest);

  [[nodiscard]] bool go_elsewhere();
  void keep_first(std::string_view rest);
  void keep_pending(std::size_t at, std::string_view bytes);
  [[nodiscard]] std::string take_pending();
  [[nodiscard]] bool may_hold() noexcept;
  [[nodiscard]] bool try_come_back() noexcept;
  void run() noexcept;
  void run_pending();
  [[nodiscard]] Afterwards answer_job();
  void take_job();
  void enter_waiting_room();
  void resume(bool is_over);
  void leave_waiting_room() noexcept;
  void drained(bool sent) noexcept;

  Owned begin_stream(std::string_view rest, Afterwards afterwards);
  void run_stream() noexcept;
  void post_stream(bool sent) noexcept;
  void end_stream() noexcept;
  void cut_stream() noexcept;

  [[nodiscard]] bool claim_for_worker(std::string_view bytes);
  void note_progress() noexcept;
  void end_output() noexcept;
  void cut() noexcept;
  void give_up() noexcept;
  [[nodiscard]] int output_fd() const noexcept { return duplicate_ >= 0 ? duplicate_ : fd_; }
  [[nodiscard]] const Limits& limits() const noexcept;

  ConnectionContext* context_;
  const int fd_;
  const std::string peer_address_;
  const std::uint16_t peer_port_;

  std::atomic<Owner> owner_{Owner::idle};
  std::atomic<std::int64_t> begun_at_ms_{0};   ///< a request's first byte; 0: none begun
  std::atomic<std::int64_t> active_at_ms_;     ///< the last input or answer
  std::atomic<std::int64_t> closing_at_ms_{0}; ///< our last byte is out; 0: not closing

  std::mutex mutex_;
  bool is_open_{true};     ///< under the mutex: `fd_` is ours
  std::string pending_;    ///< under the mutex: input that came while owned elsewhere
  HeldBytes held_pending_; ///< under the mutex: the bytes of `pending_`
  bool is_overrun_{false}; ///< under the mutex: input was dropped, so nothing after it counts

  // The owner's own.
  RequestParser parser_;
  HeldBytes held_; ///< the parser's memory
  RouteMatch match_;
  std::unique_ptr<Job> job_;  ///< a request on its way to the pool
  std::unique_ptr<Stream> stream_; ///< a body that is being made and sent
  int duplicate_{-1};         ///< of `fd_`, while owned elsewhere
  bool is_closing_{false};    ///< no more input is taken
  bool has_completed_{false}; ///< a request was completed since the last `note_progress`
};

} // namespace grunndata::api::http
