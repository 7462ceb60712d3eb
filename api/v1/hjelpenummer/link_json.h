// Links as JSON, for the interface and the command line alike.
#pragma once

#include "registry/links/links.h"
#include "registry/links/misled.h"

#include <string>
#include <vector>

namespace grunndata::api::v1 {

/// How much of a link a reader gets.
enum class LinkSight : std::uint8_t {
  outline,   ///< whom it links, its state and since when: nothing that people wrote
  explained, ///< also who, when and why, and the work that it waits in
  evidence,  ///< also what it rests on; for those who link and review
};

/// Schema `Link`.
void append_link(std::string& out, const registry::Link& link, const registry::IdCipher& ids,
                 LinkSight sight);

/// Members `shown` and `more` of schema `LinkAnswer`, with a comma before them.
void append_misled(std::string& out, const std::vector<registry::links::Misled>& misled, bool more);

} // namespace grunndata::api::v1
