// What a token can allow. A scope of a token is `<audience>/<right>`, or an alias of the issuer.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace grunndata::api::access {

/// One thing a caller may do. Routes name the right they need; openapi.yaml names the same.
enum class Right : std::uint8_t {
  person_read,                  ///< persons as the law lets anybody in health care see them
  person_read_with_legal_basis, ///< persons with what is confidential (taushetsbelagt)
  person_search,
  person_bulk, ///< more than a hundred persons in one request of /v1
  events_read,
  export_read, ///< everybody the caller may see, in one stream
  hjelpenummer_issue,
  hjelpenummer_link,
  hjelpenummer_block,
  hjelpenummer_review, ///< approves proposed links and decides what waits for a human
  personell_read,
  virksomhet_read,
  admin,
  audit_read,
  events_subscribe, ///< subscriptions, and webhooks for them
  virksomhet_curate, ///< relations between units, and the word on conflicts and suggestions
};
inline constexpr std::size_t right_count = 16;

using RightSet = std::bitset<right_count>;

/// "person.read", "person.read-with-legal-basis", "hpr.read" …: what stands after `<audience>/`.
[[nodiscard]] std::string_view name_of(Right right) noexcept;
[[nodiscard]] std::optional<Right> right_of(std::string_view name) noexcept;

} // namespace grunndata::api::access
