// The JSON of Enhetsregisteret's feeds. Strict about what the protocol needs, open about the rest.
#pragma once

#include "registry/error.h"
#include "registry/time.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::importers::enhetsregisteret::sync {

/// The register keeps two kinds of units apart: paths, feeds and counters of their own.
enum class Kind : std::uint8_t { enheter, underenheter };
inline constexpr std::size_t kind_count = 2;
inline constexpr std::array kinds{Kind::enheter, Kind::underenheter};
/// As its paths spell it.
[[nodiscard]] constexpr std::string_view name_of(Kind kind) noexcept {
  return kind == Kind::enheter ? "enheter" : "underenheter";
}

/// A row of a feed. It says that a unit changed; what it is now is fetched.
struct UnitEvent {
  std::uint64_t id = 0; ///< `oppdateringsid`
  std::string number;   ///< nine digits
  std::string type;     ///< `endringstype`; open: unknown ones are kept as they stand
  std::optional<registry::Instant> when; ///< `dato`

  bool operator==(const UnitEvent&) const = default;
};

struct UnitFeedPage {
  std::vector<UnitEvent> events; ///< in the order delivered
  std::uint64_t waiting = 0;     ///< rows from the cursor on, these among them: `totalElements`
};

/// Nothing new is `_embedded` missing together with `totalElements` 0. `invalid` when one of them
/// comes without the other, or an event lacks its id or its unit: such a page must not move the
/// cursor.
[[nodiscard]] registry::Result<UnitFeedPage> read_unit_feed(std::string_view json, Kind kind);

/// A CloudEvent of the feed of roles: whose, not what.
struct RoleEvent {
  std::string id;
  std::string number;
  registry::Instant when;
};
/// In the order delivered. `invalid` as above.
[[nodiscard]] registry::Result<std::vector<RoleEvent>> read_role_feed(std::string_view json);

/// Numbers of units on one page of a search, and whether there are further pages.
struct FoundUnits {
  std::vector<std::string> numbers;
  bool more = false;
};
[[nodiscard]] registry::Result<FoundUnits> read_search(std::string_view json, Kind kind);

/// Nine digits: what may stand in a path.
[[nodiscard]] bool is_number(std::string_view text) noexcept;

/// YYYY-MM-DDThh:mm:ss.SSSZ, as the feeds take it; what is finer is cut off.
[[nodiscard]] std::string feed_time(registry::Instant when);

} // namespace grunndata::importers::enhetsregisteret::sync
