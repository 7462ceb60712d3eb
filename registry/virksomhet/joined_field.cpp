#include "registry/virksomhet/joined_field.h"

#include <algorithm>

namespace grunndata::registry::virksomhet {

using enum JoinedField;
using enum Likeness;
using P = NodePart;

constexpr std::array<JoinedFieldFacts, joined_field_count> joined_fields{{
    {orgnr, "orgnr", "orgnr", text, {}, 0, "enhetsregisteret,resh"},
    {status, "status", "status", text, {P::life}, 1, "enhetsregisteret,resh,employer,locoreg"},
    {legal_name, "legalName", "legal_name", name, {P::name}, 1, "enhetsregisteret"},
    {display_name, "displayName", "display_name", name, {P::display_name, P::name}, 2,
     "kuratert,employer,locoreg,htk,resh,enhetsregisteret"},
    {form, "form", "form", text, {P::form}, 1, "enhetsregisteret"},
    {industry, "industry", "industry", text, {P::industry}, 1, "enhetsregisteret"},
    {sector, "sector", "sector", text, {P::sector}, 1, "enhetsregisteret"},
    {condition, "condition", "condition", text, {P::condition}, 1, "enhetsregisteret"},
    {classification, "classification", "classification", never, {P::classification}, 1,
     "resh,employer"},
    {business_address, "businessAddress", "business_address", address, {P::business_address}, 1,
     "enhetsregisteret"},
    {postal_address, "postalAddress", "postal_address", address, {P::postal_address}, 1,
     "enhetsregisteret,htk"},
    {visiting_address, "visitingAddress", "visiting_address", address, {P::visiting_address}, 1,
     "kuratert,locoreg,gln,htk,enhetsregisteret,adresseregisteret"},
    {position, "position", "position", Likeness::near, {P::position}, 1,
     "kuratert,locoreg,gln,htk"},
    {contact, "contact", "contact", never, {P::contact}, 1,
     "employer,locoreg,htk,enhetsregisteret"},
    {opening_hours, "openingHours", "opening_hours", never, {P::opening_hours}, 1, "locoreg,htk"},
    {offer, "offer", "offer", never, {P::offer}, 1, "locoreg,htk"},
    {electronic_address, "electronicAddress", "electronic_address", never,
     {P::electronic_address}, 1, "adresseregisteret,htk"},
}};

std::optional<JoinedField> find_joined_field(std::string_view name) noexcept {
  const auto found = std::ranges::find(joined_fields, name, &JoinedFieldFacts::name);
  return found == joined_fields.end() ? std::nullopt : std::optional(found->field);
}

Result<std::vector<NodeSource>> parse_sources(std::string_view text) {
  std::vector<NodeSource> sources;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string_view word = text.substr(begin, end - begin);
    while (word.starts_with(' ')) {
      word.remove_prefix(1);
    }
    while (word.ends_with(' ')) {
      word.remove_suffix(1);
    }
    begin = end + 1;
    const auto source = find_node_source(word);
    if (!source) {
      return fail(ErrorCode::invalid, "no source is called \"" + std::string(word) + "\"");
    }
    if (std::ranges::count(sources, *source) != 0) {
      return fail(ErrorCode::invalid, std::string(word) + " stands twice");
    }
    sources.push_back(*source);
  }
  return sources;
}

Authority::Authority() {
  for (const JoinedFieldFacts& facts : joined_fields) {
    sources_[static_cast<std::size_t>(facts.field) - 1] = *parse_sources(facts.sources);
  }
}

Result<void> Authority::set(JoinedField field, std::string_view sources) {
  auto parsed = parse_sources(sources);
  if (!parsed) {
    return tl::unexpected(parsed.error());
  }
  sources_[static_cast<std::size_t>(field) - 1] = std::move(*parsed);
  return {};
}

std::optional<std::size_t> Authority::rank(JoinedField field, NodeSource source) const noexcept {
  const auto listed = sources(field);
  const auto found = std::ranges::find(listed, source);
  return found == listed.end()
             ? std::nullopt
             : std::optional(static_cast<std::size_t>(found - listed.begin()));
}

} // namespace grunndata::registry::virksomhet
