// Who may see what. The table part x grading is data: the View reads it, and a test reads it.
#pragma once

#include "registry/person_part.h"

#include <cstdint>

namespace grunndata::registry {

/// The caller's access class. Until access control exists it follows from the path.
enum class Access : std::uint8_t { legal_basis, no_legal_basis };

/// Grading of a row (address) or of a person. Order matters: the greater protects more.
enum class Grading : std::uint8_t {
  unclassified,          ///< ugradert
  client_address,        ///< klientadresse: the address itself reveals a condition
  confidential,          ///< fortrolig
  strictly_confidential, ///< strengt fortrolig; an unknown grading counts as this
};

/// Whether rows of `part` carrying `row` grading, of a person protected at `person` level, leave
/// the registry towards `access`. `historic` rows are those not current any more.
/// What nobody may see of a strictly protected person is not kept either (purge/forgetting.h).
/// Sources: Folkeregisteret's lists of what is confidential and of what protection covers, and the
/// rule that whatever locates a person goes with their address; decision 15.
[[nodiscard]] bool may_see(PersonPart part, Grading row, Grading person, bool historic,
                           Access access) noexcept;

/// True when the part tells where a person is or was, or leads to someone who tells.
[[nodiscard]] bool locates(PersonPart part) noexcept;

/// True when some fields of the part tell a place (place_fields.h). Callers without legal basis see
/// rows of a protected person without them; of a strictly protected one nobody sees them.
[[nodiscard]] bool locates_in_fields(PersonPart part) noexcept;

/// True when no caller without legal basis sees the part of anybody (taushetsbelagt).
[[nodiscard]] bool is_confidential_part(PersonPart part) noexcept;

} // namespace grunndata::registry
