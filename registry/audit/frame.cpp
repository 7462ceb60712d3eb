#include "registry/audit/frame.h"

#include "registry/audit/record_codec.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include <openssl/rand.h>
#include <xxhash.h>

namespace grunndata::registry::audit {

namespace {

constexpr std::uint8_t state_living = 0x4C; // 'L'
constexpr std::uint8_t state_erased = 0x45; // 'E'; differs in two bits: one flipped makes neither
constexpr std::size_t checksum_offset = 8;
constexpr std::size_t body_bytes_max = salt_bytes + record_bytes_max;
constexpr std::size_t read_ahead_bytes = std::size_t{256} << 10U;

struct Head {
  std::uint32_t body_bytes = 0; ///< never 0; 0 is "nothing here yet"
  std::uint8_t state = 0;
  std::uint8_t kind = 0;
  std::uint16_t reserved = 0;
  std::uint64_t checksum = 0; ///< XXH3 of the first eight bytes and the body
};
static_assert(sizeof(Head) == frame_head_bytes);

std::uint64_t checksum_of(Bytes head, Bytes body) {
  std::uint64_t seed = 0;
  std::memcpy(&seed, head.data(), checksum_offset);
  return XXH3_64bits_withSeed(body.data(), body.size(), seed);
}

/// Makes `out` a whole frame from `start`, whose body stands behind room for a head already.
void close_frame(std::vector<std::uint8_t>& out, std::size_t start, std::uint8_t state,
                 Class kind) {
  const std::size_t body = out.size() - start - frame_head_bytes;
  out.resize(start + frame_bytes(body), 0);
  Head head;
  head.body_bytes = static_cast<std::uint32_t>(body);
  head.state = state;
  head.kind = static_cast<std::uint8_t>(kind);
  std::memcpy(out.data() + start, &head, sizeof(head));
  const Bytes frame = Bytes(out).subspan(start);
  head.checksum = checksum_of(frame, frame.subspan(frame_head_bytes, body));
  std::memcpy(out.data() + start, &head, sizeof(head));
}

tl::unexpected<Error> damaged() {
  return fail(ErrorCode::corrupt, "a record of the audit log is damaged");
}

/// The frame of `bytes`, or why there is none.
Result<Frame> read_frame(Bytes bytes) {
  Head head;
  std::memcpy(&head, bytes.data(), sizeof(head));
  const Bytes body = bytes.subspan(frame_head_bytes, head.body_bytes);
  const Bytes padding = bytes.subspan(frame_head_bytes + head.body_bytes);
  Frame frame;
  frame.erased = head.state == state_erased;
  frame.kind = static_cast<Class>(head.kind);
  const bool fits = head.state == (frame.erased ? state_erased : state_living) &&
                    head.kind <= static_cast<std::uint8_t>(Class::important) &&
                    head.reserved == 0 && head.checksum == checksum_of(bytes, body) &&
                    std::ranges::all_of(padding, [](std::uint8_t byte) { return byte == 0; }) &&
                    (frame.erased ? body.size() == sizeof(Hash) : body.size() > salt_bytes);
  if (!fits) {
    return damaged();
  }
  if (frame.erased) {
    std::ranges::copy(body, frame.commitment.begin());
  } else {
    frame.salted_record = body;
  }
  return frame;
}

} // namespace

void append_frame(const Record& record, Instant when, const Salt& salt,
                  std::vector<std::uint8_t>& out) {
  const std::size_t start = out.size();
  out.resize(start + frame_head_bytes);
  out.insert(out.end(), salt.begin(), salt.end());
  write_record(record, when, out);
  close_frame(out, start, state_living, record.kind);
}

void append_erased_frame(Class kind, const Hash& commitment, std::vector<std::uint8_t>& out) {
  const std::size_t start = out.size();
  out.resize(start + frame_head_bytes);
  out.insert(out.end(), commitment.begin(), commitment.end());
  close_frame(out, start, state_erased, kind);
}

Salt fresh_salt() {
  constexpr std::size_t salts_ahead = 256;
  thread_local std::array<Salt, salts_ahead> salts;
  thread_local std::size_t used = salts_ahead;
  if (used == salts_ahead) {
    if (RAND_bytes(salts.front().data(), static_cast<int>(sizeof(salts))) != 1) {
      throw std::runtime_error("no randomness");
    }
    used = 0;
  }
  Salt salt = salts[used];
  salts[used] = {}; // a salt is a secret once its record is erased
  ++used;
  return salt;
}

Hash commitment_of(const Frame& frame) {
  return frame.erased ? frame.commitment : sha256(frame.salted_record);
}

Result<Bytes> FrameReader::window(std::size_t bytes) {
  const bool inside = offset_ >= ahead_from_ && offset_ + bytes <= ahead_from_ + ahead_.size();
  if (!inside) {
    const std::uint64_t left = end_ - offset_;
    ahead_.resize(
        static_cast<std::size_t>(std::min<std::uint64_t>(left, std::max(bytes, read_ahead_bytes))));
    ahead_from_ = offset_;
    if (auto read = read_at(*file_, offset_, ahead_); !read) {
      ahead_.clear();
      return tl::unexpected(read.error());
    }
  }
  return Bytes(ahead_).subspan(static_cast<std::size_t>(offset_ - ahead_from_), bytes);
}

Result<std::optional<Frame>> FrameReader::next() {
  if (offset_ + sizeof(std::uint32_t) > end_) {
    return std::nullopt;
  }
  const auto size_field = window(sizeof(std::uint32_t));
  if (!size_field) {
    return tl::unexpected(size_field.error());
  }
  std::uint32_t body = 0;
  std::memcpy(&body, size_field->data(), sizeof(body));
  if (body == 0) {
    return std::nullopt;
  }
  const std::size_t whole = frame_bytes(body);
  if (body > body_bytes_max || offset_ + whole > end_) {
    return damaged();
  }
  const auto bytes = window(whole);
  auto frame = bytes ? read_frame(*bytes) : tl::unexpected(bytes.error());
  if (!frame) {
    return tl::unexpected(frame.error());
  }
  frame->offset = offset_;
  offset_ += whole;
  frame->end = offset_;
  return *frame;
}

} // namespace grunndata::registry::audit
