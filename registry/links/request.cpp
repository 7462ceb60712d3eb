#include "registry/links/request.h"

#include "registry/clients/plain_text.h"
#include "registry/hjelpenummer/help_numbers.h"
#include "registry/keys.h"

#include <algorithm>

namespace grunndata::registry::links {

namespace {

using hjelpenummer::State;
using store::Family;

constexpr std::size_t reason_characters_max = 500;
constexpr std::size_t evidence_max = 10;
constexpr std::size_t evidence_characters_max = 200;
constexpr std::size_t country_letters = 3;

} // namespace

Result<void> check_reason(std::string_view reason) {
  if (reason.empty() || characters_of(reason) > reason_characters_max) {
    return fail(ErrorCode::invalid, "reason is 1 to 500 characters");
  }
  if (!is_plain_text(reason)) {
    return fail(ErrorCode::invalid, "reason is one line of text without blanks around it");
  }
  if (holds_number_form(reason)) {
    return fail(ErrorCode::invalid, "reason holds what could be a person's number");
  }
  return {};
}

Result<void> check_evidence(const std::vector<Evidence>& evidence) {
  if (evidence.size() > evidence_max) {
    return fail(ErrorCode::invalid, "evidence has at most 10 items");
  }
  for (const Evidence& item : evidence) {
    const bool is_country =
        item.country.size() == country_letters &&
        std::ranges::all_of(item.country, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (name_of(item.type).empty() || (!item.country.empty() && !is_country)) {
      return fail(ErrorCode::invalid, "evidence has a type we know and a country of three letters");
    }
    if (characters_of(item.value) > evidence_characters_max || !is_plain_text(item.value)) {
      return fail(ErrorCode::invalid, "evidence has a value of one line, at most 200 characters");
    }
  }
  return {};
}

Result<Side> find_side(const Transaction& transaction, const IdentifierKey& key,
                       std::string_view which) {
  Side side;
  auto number = hjelpenummer::find_number(transaction, key);
  if (!number) {
    return tl::unexpected(number.error());
  }
  if (*number) {
    const State state = (*number)->state;
    if ((state != State::issued && state != State::linked && state != State::dead) ||
        !(*number)->entity) {
      return fail(ErrorCode::conflict, "number_cancelled: the " + std::string(which) +
                                           "'s number is " + std::string(name_of(state)));
    }
    side.entity = *(*number)->entity;
    side.number = std::move(*number);
    return side;
  }
  store::Pinned pin;
  const auto value = transaction.get(Family::identifier, key_of(key), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  const auto entries = read_index(value->value_or(std::string_view{}));
  if (!entries) {
    return fail(ErrorCode::corrupt, "an identifier's index value has a wrong size");
  }
  const IndexEntry* found = nullptr;
  bool ceased = false;
  for (const IndexEntry& entry : *entries) {
    ceased = ceased || (entry.is_live() && entry.in_use == 0);
    if (!entry.is_live() || entry.in_use == 0) {
      continue;
    }
    if (found != nullptr && found->entity != entry.entity) {
      return fail(ErrorCode::ambiguous,
                  "the " + std::string(which) + "'s number fits more than one person");
    }
    found = &entry;
  }
  if (found == nullptr) {
    return ceased ? fail(ErrorCode::conflict,
                         "number_ceased: the " + std::string(which) + " goes by another number")
                  : fail(ErrorCode::not_found,
                         "nobody goes by the " + std::string(which) + "'s number");
  }
  side.entity = found->entity;
  return side;
}

} // namespace grunndata::registry::links
