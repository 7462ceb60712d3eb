#include "registry/virksomhet/identifier_system.h"

#include "identifiers/organisation_identifier.h"

#include <algorithm>
#include <array>

namespace grunndata::registry::virksomhet {

namespace {

using enum IdentifierSystem;

struct SystemName {
  IdentifierSystem system;
  std::string_view code;
};
constexpr std::array<SystemName, 12> codes{{{hpr, "HPR"},
                                            {her, "HER"},
                                            {resh, "RSH"},
                                            {orgnr, "ENH"},
                                            {gln, "GLN"},
                                            {local, "LOK"},
                                            {location, "LOC"},
                                            {service, "SRV"},
                                            {ako, "AKO"},
                                            {gp_contract, "FLR"},
                                            {npr, "NPR"},
                                            {invalid, "XXX"}}};

tl::unexpected<Error> wrong(std::string_view what) {
  return fail(ErrorCode::invalid, std::string(what));
}

template <typename Number>
Result<void> check_running(std::string_view text, std::string_view what) {
  const auto number = Number::parse(text);
  if (!number || number->text() != text) {
    return wrong(what);
  }
  return {};
}

bool is_plain(std::string_view text) noexcept {
  return !text.empty() && text.size() <= node_key_text_bytes_max &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 127; });
}

Result<void> check_text(IdentifierSystem system, std::string_view text) {
  switch (system) {
  case orgnr:
    return identifiers::Organisasjonsnummer::parse(text)
               ? Result<void>{}
               : wrong("an organisasjonsnummer that is none");
  case gln:
    return identifiers::Gln::parse(text) ? Result<void>{} : wrong("a GLN that is none");
  case resh: return check_running<identifiers::ReshId>(text, "a RESH-id that is none");
  case her: return check_running<identifiers::HerId>(text, "a HER-id that is none");
  case hpr: return check_running<identifiers::HprNummer>(text, "an HPR-nummer that is none");
  case invalid:
    return !text.empty() && text.size() <= node_key_text_bytes_max
               ? Result<void>{}
               : wrong("a number that is empty or longer than 64 bytes");
  default:
    return is_plain(text) ? Result<void>{}
                          : wrong("an id that is not 1 to 64 printable characters");
  }
}

} // namespace

std::string_view code_of(IdentifierSystem system) noexcept {
  const auto* const found = std::ranges::find(codes, system, &SystemName::system);
  return found == codes.end() ? std::string_view{} : found->code;
}

std::optional<IdentifierSystem> find_identifier_system(std::string_view code) noexcept {
  const auto* const found = std::ranges::find(codes, code, &SystemName::code);
  return found == codes.end() ? std::nullopt : std::optional(found->system);
}

Result<void> check(const NodeKey& key) {
  if (code_of(key.system).empty()) {
    return wrong("a number of an unknown system");
  }
  if (key.system == local) {
    if (!identifiers::Organisasjonsnummer::parse(key.assigner)) {
      return wrong("a local id whose assigner is no organisasjonsnummer");
    }
  } else if (key.system == invalid) {
    if (!find_identifier_system(key.assigner)) {
      return wrong("a wrong number that does not say of which system");
    }
  } else if (!key.assigner.empty()) {
    return wrong("an assigner of a number that is no local one");
  }
  return check_text(key.system, key.text);
}

std::string to_text(const NodeKey& key) {
  std::string text(code_of(key.system));
  text += ':';
  if (!key.assigner.empty()) {
    text.append(key.assigner).append(":");
  }
  return text.append(key.text);
}

Result<OwnedNodeKey> parse_node_key(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto system = find_identifier_system(text.substr(0, colon));
  if (colon == std::string_view::npos || !system) {
    return wrong("a number is written as its system, a colon and the number: ENH, RSH, HER, GLN …");
  }
  OwnedNodeKey key{*system, std::string(text.substr(colon + 1)), {}};
  if (*system == local || *system == invalid) {
    const std::size_t second = key.text.find(':');
    if (second == std::string::npos) {
      return wrong("a local id is written as LOK, its assigner and the id, with colons between");
    }
    key.assigner = key.text.substr(0, second);
    key.text.erase(0, second + 1);
  }
  if (auto checked = check(key.view()); !checked) {
    return tl::unexpected(checked.error());
  }
  return key;
}

Result<OwnedNodeKey> parse_asked_key(std::string_view text) {
  constexpr std::size_t orgnr_digits = 9;
  constexpr std::size_t gln_digits = 13;
  const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (digits && text.size() == orgnr_digits) {
    return parse_node_key(std::string("ENH:").append(text));
  }
  if (digits && text.size() == gln_digits) {
    return parse_node_key(std::string("GLN:").append(text));
  }
  return parse_node_key(text);
}

} // namespace grunndata::registry::virksomhet
