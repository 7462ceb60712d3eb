// A body that is made while it is sent: piece by piece, each when the client has taken the last.
#include "api/http/connection_stream.h"

#include "api/http/send_now.h"

#include <cstdint>
#include <string_view>
#include <utility>

namespace grunndata::api::http {
namespace {

constexpr int pieces_per_turn = 4; ///< before another stream has the thread
constexpr std::size_t piece_kept_bytes_max = std::size_t{1} << 20U;

constexpr std::string_view chunk_head = "00000000\r\n"; ///< its digits are filled in later
constexpr std::size_t chunk_digits = 8;
constexpr std::string_view chunks_end = "0\r\n\r\n";

void put_chunk_size(std::string& out, std::size_t size) noexcept {
  constexpr std::string_view hex = "0123456789abcdef";
  for (std::size_t i = chunk_digits; i-- > 0; size >>= 4U) out[i] = hex[size & 15U];
}

} // namespace

bool Connection::Stream::make_piece(std::string& out) {
  const std::string_view head = is_chunked ? chunk_head : std::string_view{};
  out = head;
  const BodyStream::Piece made = body->next(out);
  const std::size_t size = out.size() - head.size();
  if (made == BodyStream::Piece::failed || size > UINT32_MAX) return false;
  is_over = made == BodyStream::Piece::last;
  if (!is_chunked) return true;
  if (size == 0) {
    out.clear(); // an empty chunk would be the end
  } else {
    put_chunk_size(out, size);
    out += "\r\n";
  }
  if (is_over) out += chunks_end;
  return true;
}

/// The head is gathered: sends it and what was gathered before it, and gives the connection to the
/// streams. Requests that came behind wait until the body has ended.
Connection::Owned Connection::begin_stream(std::string_view rest, Afterwards afterwards) {
  AnswerScratch& scratch = AnswerScratch::mine();
  stream_.reset(new Stream{std::move(scratch.response.stream), scratch.is_chunked,
                           afterwards == Afterwards::closes});
  has_completed_ = true;
  // If the head does not fit, the drainer passes the connection on to the streams.
  if (flush(rest) == Owned::given_away) return Owned::given_away;
  if (!is_closing_ && !go_elsewhere()) cut();
  if (is_closing_) {
    stream_.reset();
    return Owned::still;
  }
  keep_first(rest);
  post_stream(true);
  return Owned::given_away;
}

/// On any thread, by the owner. `sent`: all that was made has been taken.
void Connection::post_stream(bool sent) noexcept {
  stream_->is_cut = !sent;
  try {
    context_->streams.post([self = shared_from_this()] { self->run_stream(); });
  } catch (...) {
    cut_stream();
  }
}

/// On a thread of the streams.
void Connection::run_stream() noexcept {
  thread_local std::string piece;
  try {
    for (int i = 0; i < pieces_per_turn && !stream_->is_over; ++i) {
      if (stream_->is_cut || !stream_->make_piece(piece)) return cut_stream();
      const ssize_t sent = send_now(duplicate_, piece, {});
      if (sent < 0) return cut_stream();
      if (static_cast<std::size_t>(sent) < piece.size()) {
        Transfer transfer{duplicate_, piece.substr(static_cast<std::size_t>(sent)),
                          [self = shared_from_this()](bool taken) { self->drained(taken); }};
        if (!context_->drainer.add(transfer)) cut_stream();
        return;
      }
    }
    if (piece.capacity() > piece_kept_bytes_max) std::string().swap(piece);
  } catch (...) {
    return cut_stream(); // what failed may have sent half a piece
  }
  if (stream_->is_over) return end_stream();
  post_stream(true);
}

/// All is sent: on to the requests behind it.
void Connection::end_stream() noexcept {
  const bool closes = stream_->closes;
  stream_.reset();
  if (!closes) {
    if (try_come_back()) return;
    try {
      return context_->pool.post([self = shared_from_this()] { self->run(); });
    } catch (...) {
      cut();
    }
  } else {
    end_output();
  }
  static_cast<void>(try_come_back());
}

/// Without its end, so that nobody takes the body for whole.
void Connection::cut_stream() noexcept {
  stream_.reset();
  cut();
  static_cast<void>(try_come_back());
}

} // namespace grunndata::api::http
