// The bodies of requests about hjelpenumre: flat objects of known members.
#pragma once

#include "api/context.h"
#include "api/problems.h"
#include "api/v1/admin/json_members.h"
#include "registry/hjelpenummer/help_numbers.h"

#include <span>
#include <string>
#include <vector>

namespace grunndata::api::v1 {

/// Members of a body by name, as `read_members` found them.
class NumberBody {
public:
  /// Reads the body by `rules`; refuses also every query parameter. `pointer` is kept for
  /// `refusal`.
  [[nodiscard]] Refusal read(const http::Request& request, std::span<const MemberRule> rules);

  [[nodiscard]] const MemberValue& member(std::string_view name) const; ///< of the rules
  [[nodiscard]] const std::string& text(std::string_view name) const { return member(name).text; }

  /// The facts that the body tells. Refused: a gender that is none.
  [[nodiscard]] Refusal facts(registry::hjelpenummer::Facts& facts) const;
  /// `number`, and `assigner` for a local one. The key's views live as long as this.
  [[nodiscard]] Refusal identifier(const Context& context, registry::IdentifierKey& key) const;

private:
  std::span<const MemberRule> rules_;
  std::vector<MemberValue> values_;
  std::string pointer_;
};

/// The members of facts, all optional; to be put behind those of an operation.
inline constexpr std::size_t fact_members = 9;
[[nodiscard]] std::span<const MemberRule, fact_members> fact_rules() noexcept;

} // namespace grunndata::api::v1
