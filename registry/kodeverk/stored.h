// The stored form of a code list's versions, as FORMAT.md lists it.
#pragma once

#include "registry/kodeverk/code_list.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::registry {

/// Before the keys of all versions, in the family `meta`: they are few, and read at once.
inline constexpr std::string_view list_prefix = "kodeverk/";

/// prefix · number · 0 · place, big-endian
[[nodiscard]] std::string list_version_key(std::string_view number, std::uint64_t place);
[[nodiscard]] std::string write_list_version(const ListVersion& version);
/// Nothing when key or value are not what was written.
[[nodiscard]] std::optional<ListVersion> read_list_version(std::string_view key,
                                                           std::string_view value);

} // namespace grunndata::registry
