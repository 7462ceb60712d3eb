#include "tests/leak/findings.h"

#include <array>

namespace grunndata::leak {

namespace {

using enum registry::Access;

constexpr std::string_view shared_home =
    "a child's shared residence with a confidential parent is told without legal basis";
constexpr std::string_view row_without_open_form =
    "a row without an open form is withheld whole: nobody else has no birth";
constexpr std::string_view old_events = "events from before the protection keep their names";
constexpr std::string_view named_events =
    "ChangeInBirth and others tell that fields were taken out when somebody hid";
constexpr std::string_view older_rows =
    "recordedAsOf gives the row as it was before the address was graded";
constexpr std::string_view lifted = "an address that comes back is told as ChangeInPerson";
constexpr std::string_view linked =
    "fields that tell a place stay with a person who is strictly protected through a merge";

constexpr auto table = std::to_array<Finding>({
    {"a child with a protected mother, mother first: fortrolig", no_legal_basis, shared_home},
    {"a child with a protected mother, child first: fortrolig", no_legal_basis, shared_home},
    {"a child whose mother hides later: fortrolig", no_legal_basis, shared_home},
    {"a child whose mother hides later: strengtFortrolig", no_legal_basis, named_events},
    {"a protected person merged into an open one: fortrolig", no_legal_basis,
     row_without_open_form},
    {"an open person merged into a protected one: fortrolig", no_legal_basis,
     row_without_open_form},
    {"merged and parted again: fortrolig", no_legal_basis, row_without_open_form},
    {"a protected person merged into an open one: strengtFortrolig", no_legal_basis,
     row_without_open_form},
    {"an open person merged into a protected one: strengtFortrolig", no_legal_basis,
     row_without_open_form},
    {"merged and parted again: strengtFortrolig", no_legal_basis, row_without_open_form},
    {"an address becomes klientadresse", no_legal_basis, older_rows},
    {"somebody who has moved becomes confidential", no_legal_basis, old_events},
    {"somebody who has moved becomes strict", no_legal_basis, old_events},
    {"somebody whose birth place is known becomes strict", no_legal_basis, named_events},
    {"a grading is lifted", no_legal_basis, lifted},
    {"a protected person merged into an open one: strengtFortrolig", legal_basis, linked},
    {"merged and parted again: strengtFortrolig", legal_basis, linked},
});

} // namespace

std::span<const Finding> findings() { return table; }

} // namespace grunndata::leak
