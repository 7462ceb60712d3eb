// Frames: how records lie in a segment file. Described in FORMAT.md.
#pragma once

#include "registry/audit/record.h"
#include "registry/audit/tree/file.h"
#include "registry/audit/tree/proof_note.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace grunndata::registry::audit {

inline constexpr std::size_t frame_head_bytes = 16;
inline constexpr std::size_t frame_alignment = 8;

/// What follows a frame's head, and how a frame ends: zeros up to the alignment.
[[nodiscard]] constexpr std::size_t frame_bytes(std::size_t body_bytes) noexcept {
  return (frame_head_bytes + body_bytes + frame_alignment - 1) / frame_alignment * frame_alignment;
}

using Salt = std::array<std::uint8_t, salt_bytes>;

/// Appends the frame of `record`, as written at `when`, to `out`.
void append_frame(const Record& record, Instant when, const Salt& salt,
                  std::vector<std::uint8_t>& out);
/// Appends the frame of an erased record: only its commitment is left.
void append_erased_frame(Class kind, const Hash& commitment, std::vector<std::uint8_t>& out);

/// Random bytes of the system's generator, drawn in larger pieces; thread-safe.
[[nodiscard]] Salt fresh_salt();

/// A frame as read back; views live until the reader's next frame.
struct Frame {
  std::uint64_t offset = 0; ///< in the file
  std::uint64_t end = 0;    ///< where the next one begins
  Class kind = Class::ordinary;
  bool erased = false;
  Bytes salted_record; ///< salt || record; empty when erased
  Hash commitment{};   ///< set when erased, else computed by `commitment_of`

  [[nodiscard]] Bytes record() const { return salted_record.subspan(salt_bytes); }
};

/// SHA-256(salt || record), the log's entry; of an erased record as kept.
[[nodiscard]] Hash commitment_of(const Frame& frame);

/// Walks the frames of a file between two offsets, reading ahead. One thread at a time.
class FrameReader {
public:
  /// `file` must outlive it.
  FrameReader(const File& file, std::uint64_t from, std::uint64_t end)
      : file_(&file), offset_(from), end_(end) {}
  /// Nothing at the end, or where zeros follow: `offset` tells where that was.
  /// `corrupt`: a frame that is damaged; `offset` tells where it begins.
  [[nodiscard]] Result<std::optional<Frame>> next();
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

private:
  [[nodiscard]] Result<Bytes> window(std::size_t bytes);

  const File* file_;
  std::uint64_t offset_;
  std::uint64_t end_;
  std::vector<std::uint8_t> ahead_;
  std::uint64_t ahead_from_ = 0;
};

} // namespace grunndata::registry::audit
