// The index of a segment: in which of its records a subject, user, organisation or client stands.
// Derived: built again from the segment where it is missing. Described in FORMAT.md.
#pragma once

#include "registry/audit/record_codec.h"
#include "registry/audit/segment_file.h"

#include <array>
#include <limits>
#include <memory>
#include <unordered_map>
#include <vector>

namespace grunndata::registry::audit {

/// A hash of what is looked for and of what kind it is; may collide, so records are looked at.
using IndexKey = std::uint64_t;
[[nodiscard]] IndexKey subject_key(const EntityId& subject) noexcept;
[[nodiscard]] IndexKey user_key_of(std::string_view hpr_or_user_key) noexcept;
[[nodiscard]] IndexKey organisation_key(std::string_view orgnr) noexcept;
[[nodiscard]] IndexKey client_key(std::string_view client_id) noexcept;
/// `Act::read` is not indexed: it is what most records are.
[[nodiscard]] IndexKey act_key(Act act) noexcept;

/// What is known of a segment's records without reading them.
struct SegmentSummary {
  std::uint32_t records = 0; ///< erased ones included
  /// Of each class that is not erased: how many, and the bounds of their times.
  std::array<std::uint32_t, 2> living{};
  std::array<std::int64_t, 2> oldest{std::numeric_limits<std::int64_t>::max(),
                                     std::numeric_limits<std::int64_t>::max()};
  std::array<std::int64_t, 2> newest{std::numeric_limits<std::int64_t>::min(),
                                     std::numeric_limits<std::int64_t>::min()};
};

struct IndexedPlace {
  std::uint32_t ordinal = 0; ///< of a record in the segment
  std::uint64_t offset = 0;  ///< of its frame
};

/// Answers from memory or from a file. Thread-safe for reading.
class SegmentIndex {
public:
  SegmentIndex() = default;
  SegmentIndex(const SegmentIndex&) = delete;
  SegmentIndex& operator=(const SegmentIndex&) = delete;
  virtual ~SegmentIndex() = default;
  [[nodiscard]] virtual const SegmentSummary& summary() const noexcept = 0;
  /// Ordinals of the records that may have `key`, ascending.
  [[nodiscard]] virtual Result<std::vector<std::uint32_t>> find(IndexKey key) const = 0;
  /// A place at or shortly before `ordinal`, from which to walk.
  [[nodiscard]] virtual Result<IndexedPlace> place_before(std::uint32_t ordinal) const = 0;
};

/// Grows with a segment. Not thread-safe.
class IndexBuilder : public SegmentIndex {
public:
  /// The next record; `record` is null when it is erased.
  void add(std::uint64_t offset, const RecordKeys* record);
  [[nodiscard]] const SegmentSummary& summary() const noexcept override { return summary_; }
  [[nodiscard]] Result<std::vector<std::uint32_t>> find(IndexKey key) const override;
  [[nodiscard]] Result<IndexedPlace> place_before(std::uint32_t ordinal) const override;
  /// The bytes of an index file for the segment with this header and size.
  [[nodiscard]] std::string file_bytes(const SegmentHead& head, std::uint64_t segment_bytes) const;

private:
  struct Entry {
    IndexKey key;
    std::uint32_t ordinal;
    auto operator<=>(const Entry&) const = default;
  };
  void list(IndexKey key);

  SegmentSummary summary_;
  std::vector<Entry> subjects_; ///< nearly every record has another one
  std::unordered_map<IndexKey, std::vector<std::uint32_t>> lists_; ///< of all other keys
  std::vector<std::uint64_t> places_; ///< of every `place_every`th record
};

/// Builds the index of a finished segment from its records. `corrupt`, `storage`.
[[nodiscard]] Result<void> build_index(const File& segment, std::uint64_t segment_bytes,
                                       IndexBuilder& into);

/// The index file at `path` for the segment with this header and size; nothing when it is missing,
/// damaged or of another form of the segment.
[[nodiscard]] std::unique_ptr<SegmentIndex>
open_index(const std::filesystem::path& path, const SegmentHead& head, std::uint64_t segment_bytes);

} // namespace grunndata::registry::audit
