// What an event of Folkeregisteret is called in the contract.
#pragma once

#include "registry/event_type.h"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace grunndata::importers::folkeregisteret {

inline constexpr std::size_t event_targets_max = 3;

struct EventMapping {
  std::string_view source; ///< `hendelsetype` of the feed, `hendelsestype` of the document
  std::array<registry::EventType, event_targets_max> targets{};
  std::size_t targets_count = 1;

  [[nodiscard]] constexpr std::span<const registry::EventType> types() const noexcept {
    return {targets.data(), targets_count};
  }
};

/// The whole table, in the order of the register's own documentation.
[[nodiscard]] std::span<const EventMapping> event_mappings() noexcept;

/// One type or several; `change_in_person` for an event that is not in the table: what it changed
/// shows when the person is fetched. Static storage.
[[nodiscard]] std::span<const registry::EventType> event_types_of(std::string_view source) noexcept;

} // namespace grunndata::importers::folkeregisteret
