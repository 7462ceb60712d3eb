// Puts a mapped person together for the eye and for golden files.
#pragma once

#include "registry/source_record.h"

#include <string>

namespace grunndata::importers::folkeregisteret {

/// The rows as a person of the contract with all its history: parts in order, one row a line.
[[nodiscard]] std::string person_json(const registry::SourceRecord& record);

/// Everything else the record says: other renderings, identifiers, relations. One fact a line.
[[nodiscard]] std::string facts_text(const registry::SourceRecord& record);

} // namespace grunndata::importers::folkeregisteret
