// The stored bytes of a record: one canonical form for each record, described in FORMAT.md.
#pragma once

#include "registry/audit/record.h"
#include "registry/audit/tree/hash.h"
#include "registry/error.h"

#include <optional>
#include <string_view>
#include <vector>

namespace grunndata::registry::audit {

/// The newest; a record that names nobody else as asked for is written as of version 1.
inline constexpr std::uint8_t record_version = 2;
/// Longer texts are cut, at a whole character, and end with "…".
inline constexpr std::size_t text_bytes_max = 1'024;
/// Of a whole record; no record is longer.
inline constexpr std::size_t record_bytes_max = 20 * 1'024;

/// Appends the record to `out`, with `when` as its time.
void write_record(const Record& record, Instant when, std::vector<std::uint8_t>& out);
/// `unsupported` for a newer version; `corrupt` for bytes that `write_record` cannot have written.
[[nodiscard]] Result<Record> read_record(Bytes bytes);

/// What an index wants to know of a record, without making one. Views live as long as the bytes.
struct RecordKeys {
  Instant time{};
  Act act = Act::read;
  Class kind = Class::ordinary;
  std::optional<EntityId> subject;
  std::optional<EntityId> asked;
  std::string user_key; ///< as text
  std::string_view user_hpr;
  std::string_view organisation;
  std::string_view organisation_parent;
  std::string_view client_id;
};
/// Errors as of `read_record`.
[[nodiscard]] Result<RecordKeys> read_keys(Bytes bytes);

/// "read", "search_hit" …: the stable word for JSON and command lines.
[[nodiscard]] std::string_view name_of(Act act) noexcept;
[[nodiscard]] std::optional<Act> find_act(std::string_view name) noexcept;
[[nodiscard]] std::string_view name_of(Class kind) noexcept;
[[nodiscard]] std::optional<Class> find_class(std::string_view name) noexcept;

} // namespace grunndata::registry::audit
