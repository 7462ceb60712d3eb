// One member's document in Folkeregisteret's own JSON: all elements, history included, as given to
// those with legal basis ("offentlig med hjemmel"), without insignificant white space.
#pragma once

#include "tools/generate/family.h"
#include "tools/generate/text.h"

#include <cstddef>

namespace grunndata::generate {

/// Appends the document, without a newline, to `text`, which has document_bytes_max of room.
void write_document(const Family& family, std::size_t member, Text& text);

} // namespace grunndata::generate
