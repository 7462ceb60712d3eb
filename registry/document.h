// The stored form of an entity: a directory of rows beside their finished text. FORMAT.md has the
// bytes. Reading is pointer arithmetic; writing goes through `Entity`.
#pragma once

#include "registry/access.h"
#include "registry/entity_id.h"
#include "registry/error.h"
#include "registry/identifier_key.h"
#include "registry/person_part.h"
#include "registry/source_record.h"
#include "registry/time.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry {

inline constexpr std::uint8_t document_format = 1;
inline constexpr std::uint64_t still_recorded = std::numeric_limits<std::uint64_t>::max();
inline constexpr std::int64_t no_instant = std::numeric_limits<std::int64_t>::min();
inline constexpr std::size_t rows_max = 65'535;
inline constexpr std::size_t row_bytes_max = 65'535;
inline constexpr std::size_t row_text_bytes_max = std::size_t{1} << 28U;

/// First bytes of a current value. Little-endian, as every number in a value.
struct DocumentHeader {
  std::uint8_t format = document_format;
  std::uint8_t domain = 1;          ///< 1 person
  std::uint8_t protection = 0;      ///< a `Grading`: what holds, whatever it comes from
  std::uint8_t protection_from = 0; ///< see `Protection`
  std::uint16_t row_count = 0;
  std::uint16_t identifier_bytes = 0;
  std::uint64_t sequence_legal = 0;  ///< newest event, seen with legal basis
  std::uint64_t sequence_open = 0;   ///< newest event that is named without, and not withheld
  std::uint64_t sequence_first = 0;  ///< first event: nothing was known before
  std::uint64_t successor_since = 0; ///< when the entity was merged or linked away
  std::array<std::uint8_t, 16> successor{}; ///< all zero: carries on itself
  ExternalId external_id{};
  std::int64_t extracted_at = no_instant;     ///< of the record its rows come from
  std::int64_t registered_at = no_instant;    ///< newest of the record's rows
  std::array<std::uint8_t, 16> record_hash{}; ///< XXH3-128 of the raw record
};
static_assert(sizeof(DocumentHeader) == 120);

/// One row of the directory.
struct RowEntry {
  std::int64_t valid_from = no_instant;
  std::int64_t valid_to = no_instant;
  std::int64_t registered_at = no_instant;
  std::uint64_t recorded_from = 0;
  std::uint64_t recorded_to = still_recorded;
  std::uint32_t row_begin = 0; ///< in the text area
  std::uint32_t row_size = 0;
  std::uint32_t alternates_begin = 0; ///< open form, then /v1 form
  std::uint16_t open_size = 0;
  std::uint16_t v1_size = 0;
  std::uint16_t metadata_bytes = 0;
  std::uint16_t ordinal = 0; ///< place among the part's delivered rows, current and historic
  PersonPart part{};
  Validity validity{};
  Grading grading{};
  Source source{};
};
static_assert(sizeof(RowEntry) == 64);

/// A row that counts as current information, as the source itself says.
[[nodiscard]] constexpr bool is_current(Validity validity, bool has_end) noexcept {
  return validity == Validity::valid || (validity == Validity::unsaid && !has_end);
}
[[nodiscard]] constexpr bool is_current(const RowEntry& row) noexcept {
  return is_current(row.validity, row.valid_to != no_instant);
}

/// A row with its texts, wherever they live.
struct Row {
  RowEntry entry;
  std::string_view text;
  std::string_view open;
  std::string_view v1;
};

/// One of the identifiers an entity goes or went by, as its value lists them.
struct HeldIdentifier {
  IdentifierType type{};
  bool in_use = true;
  bool is_primary = false;
  bool is_own = false;
  std::string_view text;
  std::string_view assigner;
  [[nodiscard]] IdentifierKey key() const noexcept { return {type, text, assigner}; }
};

/// Read access to a current or past value. Views into `bytes`.
class DocumentBytes {
public:
  /// `corrupt` when the sizes do not add up.
  [[nodiscard]] static Result<DocumentBytes> current(std::string_view bytes);
  [[nodiscard]] static Result<DocumentBytes> past(std::string_view bytes);

  /// Of a current value only.
  [[nodiscard]] DocumentHeader header() const noexcept;
  [[nodiscard]] std::size_t row_count() const noexcept { return row_count_; }
  [[nodiscard]] RowEntry entry(std::size_t index) const noexcept {
    RowEntry row;
    std::memcpy(&row, rows_ + index * sizeof(RowEntry), sizeof(RowEntry));
    return row;
  }
  [[nodiscard]] PersonPart part_at(std::size_t index) const noexcept {
    return static_cast<PersonPart>(rows_[index * sizeof(RowEntry) + offsetof(RowEntry, part)]);
  }
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  /// The row's texts; `corrupt` when they lie outside.
  [[nodiscard]] Result<Row> row(std::size_t index) const;
  [[nodiscard]] Result<std::vector<HeldIdentifier>> identifiers() const;
  [[nodiscard]] bool holds(const IdentifierKey& key) const noexcept;
  /// How the entity holds `key`; nothing when it does not.
  [[nodiscard]] std::optional<HeldIdentifier> held(const IdentifierKey& key) const noexcept;

private:
  std::string_view bytes_;
  std::string_view identifiers_;
  const char* rows_ = nullptr;
  std::size_t row_count_ = 0;
  std::string_view text_;
};

/// An entity taken apart, to be changed and written again. Texts are views: their owners (pinned
/// values, a source record) must outlive it.
struct Entity {
  DocumentHeader header;
  std::vector<HeldIdentifier> identifiers;
  std::vector<Row> rows; ///< live and withdrawn, in no particular order until encoded

  [[nodiscard]] static Result<Entity> decode(std::string_view current, std::string_view past);
  /// Sorts the rows as stored: part, then live before withdrawn, then ordinal or time of
  /// withdrawal.
  void sort_rows();
  /// Live rows that are current. Requires sorted rows.
  [[nodiscard]] std::string encode_current() const;
  /// All other rows; empty when there are none. Requires sorted rows.
  [[nodiscard]] std::string encode_past() const;
};

/// `,"property":[` or `,"property":`; what stands before a part's rows in an answer.
[[nodiscard]] std::string_view part_opening(PersonPart part) noexcept;
/// `,"property":[]` or `,"property":null`.
[[nodiscard]] std::string_view part_empty(PersonPart part) noexcept;

} // namespace grunndata::registry
