// Taking out of a document the fields that tell a place although their element does not.
#pragma once

#include "registry/source_record.h"

#include <string>

namespace grunndata::importers::folkeregisteret {

/// The record's raw document without the fields that are withheld of protected persons
/// (`Withheld::when_protected`: places of birth and marriage, a guardian's office and the like) in
/// the elements of its rows. `record.raw` has `json_padding_bytes` behind the document, and so has
/// what is returned.
[[nodiscard]] std::string without_place_fields(const registry::SourceRecord& record);

} // namespace grunndata::importers::folkeregisteret
