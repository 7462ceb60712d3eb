// A block on paper: labels to cut out, for when nothing else works.
#pragma once

#include "registry/hjelpenummer/blocks.h"

#include <string>
#include <string_view>

namespace grunndata::registry::hjelpenummer {

/// One HTML page that needs nothing else, made to be printed on A4: each number as digits and as a
/// Code 128 barcode, with block, organisation, expiry and room to write name and time; in
/// Norwegian. It holds no script and nothing of any person.
/// `verifier_key`: of whoever signs lists, named on a signed one; empty: it is not known.
[[nodiscard]] std::string block_sheet_html(const Block& block, std::string_view verifier_key = {});

} // namespace grunndata::registry::hjelpenummer
