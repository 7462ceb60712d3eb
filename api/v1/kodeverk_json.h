// Code lists as JSON.
#pragma once

#include "registry/kodeverk/kodeverk.h"

#include <string>

namespace grunndata::api::v1 {

/// {number, oid?, title, complete, source, note?, version?, validFrom?, loaded, shipped, codeCount}
void append_list_head(std::string& out, const registry::ListVersion& version);

/// The same with validTo?, versions[] (as they hold, one after the other) and codes[]. `as_of`:
/// without codes whose dates say that they did not hold then.
void append_code_list(std::string& out, const registry::CodeLists::Versions& versions,
                      const registry::ListVersion& version,
                      const std::optional<registry::Instant>& as_of);

/// {number, complete, version?, code, text, active, validFrom?, validTo?, valid}; needs a code.
void append_code(std::string& out, const registry::CodeAnswer& answer);

} // namespace grunndata::api::v1
