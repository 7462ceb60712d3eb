// What is asked about links: two numbers, who says so, and why.
#pragma once

#include "api/context.h"
#include "api/problems.h"
#include "registry/identifier_key.h"
#include "registry/links/links.h"

#include <optional>
#include <string>
#include <vector>

namespace grunndata::api::v1 {

/// A number as asked: its text alone, or with type and assigner.
struct NumberAsked {
  bool given = false;
  std::string value;
  std::optional<registry::IdentifierType> type;
  std::string assigner;
};

/// Owns its texts.
class LinkBody {
public:
  /// Reads the body strictly, and refuses every query parameter.
  [[nodiscard]] Refusal read(const http::Request& request);
  /// The keys' views live as long as this.
  [[nodiscard]] Refusal keys(const Context& context, registry::IdentifierKey& loser,
                             registry::IdentifierKey& survivor) const;

  std::string reason;
  std::vector<registry::Evidence> evidence;

private:
  NumberAsked loser_;
  NumberAsked survivor_;
};

} // namespace grunndata::api::v1
