// The only way bytes of an entity leave the registry. Redaction has its one home here.
#pragma once

#include "registry/access.h"
#include "registry/error.h"
#include "registry/person_part.h"
#include "registry/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace grunndata::registry {

class Reading;

/// How an answer is written. Both have the same properties; /v1 adds `derivedValidTo` to rows whose
/// end was derived, and shows enum values the contract lacks as the source spelled them.
enum class Dialect : std::uint8_t { persontjenesten_v2, v1 };

/// What a caller asks for and is allowed.
struct ViewRequest {
  PersonPartSet parts;
  bool history = false;
  Access access = Access::no_legal_basis;
  Dialect dialect = Dialect::persontjenesten_v2;
  /// Rows valid at this point: half-open intervals, no start sorts first; the end of a superseded
  /// row is derived from its successor. Implies that rows are taken from history too.
  std::optional<Instant> as_of;
  /// Rows as the registry knew them after this log sequence. Protection is always today's.
  std::optional<std::uint64_t> recorded_as_of;
};

/// Writes the person as a JSON object to the end of `out`, without parsing or building JSON:
/// `{"id":…,"sequenceNumber":…,"name":[…],…}`. Parts asked for come in `PersonPart` order: `[]` or
/// `null` when empty, absent when the caller may not see the part at all.
/// Errors: `not_known_then` when nothing was recorded at `recorded_as_of`; `corrupt`.
[[nodiscard]] Result<void> write_view(const Reading& reading, const ViewRequest& request,
                                      std::string& out);

/// The newest sequence number whose content `access` may see; 0 never occurs for a stored person.
[[nodiscard]] std::uint64_t visible_sequence(const Reading& reading, Access access) noexcept;

} // namespace grunndata::registry
