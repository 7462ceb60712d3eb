#include "tests/leak/findings.h"

#include <array>

namespace grunndata::leak {

namespace {

using enum registry::Access;

constexpr std::string_view gap =
    "hidden records of the one who carries on part what is told of a merge";
constexpr std::string_view old_events = "events from before the protection keep their names";
constexpr std::string_view named_events =
    "ChangeInBirth and others tell that fields were taken out when somebody hid";
constexpr std::string_view lifted = "an address that comes back is told as ChangeInPerson";

constexpr auto table = std::to_array<Finding>({
    {"a child whose mother hides later: strengtFortrolig", no_legal_basis, named_events},
    {"a protected person merged into an open one: strengtFortrolig", no_legal_basis, gap},
    {"merged and parted again: strengtFortrolig", no_legal_basis, gap},
    {"somebody who has moved becomes confidential", no_legal_basis, old_events},
    {"somebody who has moved becomes strict", no_legal_basis, old_events},
    {"somebody whose birth place is known becomes strict", no_legal_basis, named_events},
    {"a grading is lifted", no_legal_basis, lifted},
});

} // namespace

std::span<const Finding> findings() { return table; }

} // namespace grunndata::leak
