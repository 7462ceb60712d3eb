#include "importers/enhetsregisteret/sole_proprietors.h"

#include <algorithm>
#include <charconv>

namespace grunndata::importers::enhetsregisteret {

using registry::virksomhet::NodeItem;
using registry::virksomhet::NodePart;
using registry::virksomhet::NodeRecord;
using registry::virksomhet::NodeRelation;
using registry::virksomhet::NodeRelationClaim;
using registry::virksomhet::NodeType;
using registry::virksomhet::Sensitivity;

namespace {

constexpr std::string_view sole_proprietor_form = R"({"code":"ENK"})";
constexpr std::size_t orgnr_digits = 9;
constexpr std::uint32_t places = 100'000'000; ///< the last digit follows from the others

std::optional<std::uint32_t> place_of(std::string_view orgnr) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(orgnr.data(), orgnr.data() + orgnr.size(), number);
  const bool is_number = orgnr.size() == orgnr_digits && error == std::errc{} &&
                         end == orgnr.data() + orgnr.size();
  return is_number ? std::optional(number / 10) : std::nullopt;
}

bool tells_of_owner(NodePart part) noexcept {
  switch (part) {
    case NodePart::name:
    case NodePart::business_address:
    case NodePart::postal_address:
    case NodePart::visiting_address:
    case NodePart::contact:
    case NodePart::annotation: return true;
    default: return false;
  }
}

} // namespace

void mark_personal(NodeRecord& record) {
  for (NodeItem& item : record.items) {
    if (tells_of_owner(item.part)) item.sensitivity = Sensitivity::personal;
  }
}

void UnitNumbers::insert(std::string_view orgnr) {
  const auto place = place_of(orgnr);
  if (!place) return;
  if (pages_.empty()) pages_.resize(places / page_bits + 1);
  auto& page = pages_[*place / page_bits];
  if (page == nullptr) page = std::make_unique<Page>();
  const std::size_t bit = *place % page_bits;
  (*page)[bit / 64] |= std::uint64_t{1} << (bit % 64);
}

bool UnitNumbers::contains(std::string_view orgnr) const {
  const auto place = place_of(orgnr);
  if (!place || pages_.empty() || pages_[*place / page_bits] == nullptr) return false;
  const std::size_t bit = *place % page_bits;
  return ((*pages_[*place / page_bits])[bit / 64] >> (bit % 64) & 1U) != 0;
}

bool SoleProprietors::is_one(std::string_view orgnr) const {
  if (persons_.contains(orgnr)) return true;
  return !met_.contains(orgnr) && is_one_ && is_one_(orgnr);
}

void SoleProprietors::relate(NodeRecord& record) {
  if (record.removed_by_law) return;
  if (record.type != NodeType::underenhet) {
    const auto form = std::ranges::find(record.items, NodePart::form, &NodeItem::part);
    const bool is_person =
        form != record.items.end() && record.view(form->body) == sole_proprietor_form;
    (is_person ? persons_ : met_).insert(record.view(record.key));
    return;
  }
  const auto owner =
      std::ranges::find(record.relations, NodeRelation::juridisk, &NodeRelationClaim::type);
  if (owner != record.relations.end() && is_one(record.view(owner->upper))) mark_personal(record);
}

} // namespace grunndata::importers::enhetsregisteret
