// Blocks for downtime and what was reported of them as JSON, for the interface and the command line
// alike.
#pragma once

#include "registry/hjelpenummer/blocks.h"

#include <string>
#include <string_view>
#include <vector>

namespace grunndata::api::v1 {

/// Schema `Block`, as lists show it; with `figures`, also what has become of its numbers.
void append_block(std::string& out, const registry::hjelpenummer::Block& block,
                  const registry::hjelpenummer::BlockFigures* figures = nullptr);
/// Schema `BlockInFull`: also the numbers, what has become of them, and the signed list.
/// `verifier_key`: of whoever signs; empty: nobody does.
void append_block_in_full(std::string& out, const registry::hjelpenummer::Block& block,
                          const registry::hjelpenummer::BlockFigures& figures,
                          std::string_view verifier_key);
/// Schema `BlockReportAnswer`. Ids stand beside numbers that the report brought into use.
void append_reported(std::string& out,
                     const std::vector<registry::hjelpenummer::ReportedNumber>& numbers,
                     const registry::IdCipher& ids);
/// One of them.
void append_reported(std::string& out, const registry::hjelpenummer::ReportedNumber& number,
                     const registry::IdCipher& ids);

} // namespace grunndata::api::v1
