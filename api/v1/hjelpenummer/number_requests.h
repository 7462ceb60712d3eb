// The bodies of requests about hjelpenumre: flat objects of known members.
#pragma once

#include "api/context.h"
#include "api/problems.h"
#include "api/v1/admin/json_members.h"
#include "registry/hjelpenummer/help_numbers.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace grunndata::api::v1 {

/// Members of a body by name, as `read_members` found them.
class NumberBody {
public:
  NumberBody() = default;
  /// Of an object inside a body, read by `rules`.
  NumberBody(std::span<const MemberRule> rules, std::vector<MemberValue> values)
      : rules_(rules), values_(std::move(values)) {}

  /// Reads the body by `rules`; refuses also every query parameter. `pointer` is kept for
  /// `refusal`.
  [[nodiscard]] Refusal read(const http::Request& request, std::span<const MemberRule> rules);

  [[nodiscard]] const MemberValue& member(std::string_view name) const; ///< of the rules
  [[nodiscard]] const std::string& text(std::string_view name) const { return member(name).text; }

  /// The facts that the body tells. Refused: a gender that is none.
  [[nodiscard]] Refusal facts(registry::hjelpenummer::Facts& facts) const;
  /// `born`, `order`, `mother`, `motherType`, which `rules` must hold; nothing without them.
  [[nodiscard]] Refusal newborn(const identifiers::Rules& rules,
                                std::optional<registry::hjelpenummer::Newborn>& newborn) const;
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

template <std::size_t N>
[[nodiscard]] constexpr std::array<MemberRule, N + fact_members>
with_facts(const std::array<MemberRule, N>& own) noexcept {
  std::array<MemberRule, N + fact_members> all{};
  std::ranges::copy(own, all.begin());
  std::ranges::copy(fact_rules(), all.begin() + N);
  return all;
}

} // namespace grunndata::api::v1
