#include "registry/identifier_key.h"

#include <array>
#include <utility>

namespace grunndata::registry {

namespace {
constexpr std::array<std::pair<IdentifierType, std::string_view>, 13> codes{{
    {IdentifierType::fnr, "FNR"},
    {IdentifierType::dnr, "DNR"},
    {IdentifierType::fhn, "FHN"},
    {IdentifierType::hnr, "HNR"},
    {IdentifierType::duf, "DUF"},
    {IdentifierType::foreign, "UID"},
    {IdentifierType::hpr, "HPR"},
    {IdentifierType::her, "HER"},
    {IdentifierType::resh, "RSH"},
    {IdentifierType::orgnr, "ENH"},
    {IdentifierType::gln, "GLN"},
    {IdentifierType::alias, "ALIAS"},
    {IdentifierType::unverified, "XXX"},
}};
} // namespace

std::string_view code_of(IdentifierType type) noexcept {
  for (const auto& [value, code] : codes) {
    if (value == type) {
      return code;
    }
  }
  return "";
}

std::optional<IdentifierType> identifier_type_of(std::string_view code) noexcept {
  for (const auto& [value, known] : codes) {
    if (known == code) {
      return value;
    }
  }
  return std::nullopt;
}

} // namespace grunndata::registry
