// Why the source changed what it says, as far as its rows show. Values are stored; never renumber.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace grunndata::registry {

enum class EventCause : std::uint8_t {
  unknown,        ///< recorded before causes were, or not to be told to who reads
  life_event,     ///< something happened to the person
  correction,     ///< what was said before was wrong, and is said otherwise
  annulment,      ///< what was said before was wrong, and is taken back
  administrative, ///< nothing happened: taken in, renumbered, linked, protected by a link
};
inline constexpr std::size_t event_cause_count = 5;

/// As on the wire, "lifeEvent"; empty for `unknown`.
[[nodiscard]] std::string_view name_of(EventCause cause) noexcept;

} // namespace grunndata::registry
