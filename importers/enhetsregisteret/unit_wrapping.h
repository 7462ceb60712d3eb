// What Enhetsregisteret wraps its documents in.
#pragma once

#include "importers/reading/envelope.h"

namespace grunndata::importers::enhetsregisteret {

/// Pages of searches. Full files are bare arrays.
[[nodiscard]] inline reading::Envelopes unit_envelopes() {
  return {{"_embedded.enheter", "_embedded.underenheter"}, "page"};
}

} // namespace grunndata::importers::enhetsregisteret
