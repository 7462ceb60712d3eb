#include "tests/leak/findings.h"

#include <array>

namespace grunndata::leak {

namespace {

using enum registry::Access;

constexpr std::string_view gap =
    "hidden records of the one who carries on part what is told of a merge";

constexpr auto table = std::to_array<Finding>({
    {"a protected person merged into an open one: strengtFortrolig", no_legal_basis, gap},
    {"merged and parted again: strengtFortrolig", no_legal_basis, gap},
});

} // namespace

std::span<const Finding> findings() { return table; }

} // namespace grunndata::leak
