#include "registry/candidates/newborns.h"

#include "registry/candidates/row_fields.h"
#include "registry/candidates/search_keys.h"
#include "registry/fields.h"
#include "registry/keys.h"
#include "registry/work_queue.h"

#include <algorithm>
#include <chrono>

namespace grunndata::registry::candidates {

namespace {

using hjelpenummer::HelpNumber;
using store::Family;

// Kinds of keys, beside those of search_keys.h.
constexpr char mother_kind = 'm'; ///< + her identifier's key: keys of numbers; alone: a mark
constexpr char number_kind = 'n'; ///< + key of a number: the key it is listed under
constexpr char told_kind = 't';   ///< + key of a number + entity: work was opened

constexpr std::chrono::microseconds day = std::chrono::hours{24};

std::string key_of_kind(char kind, std::string_view rest) {
  return std::string(1, kind).append(rest);
}

Result<std::vector<std::string>> listed(std::optional<std::string_view> value) {
  std::vector<std::string> numbers;
  if (!value) {
    return numbers;
  }
  FieldReader in(*value);
  numbers.resize(in.count());
  for (std::string& number : numbers) {
    in.text(number);
  }
  return in.whole() ? Result<std::vector<std::string>>(std::move(numbers))
                    : fail(ErrorCode::corrupt, "a list of newborns cannot be read");
}

Result<std::vector<std::string>> listed_under(const Transaction& transaction,
                                              std::string_view key) {
  store::Pinned pin;
  const auto value = transaction.get(Family::search, key, pin);
  return value ? listed(*value) : tl::unexpected(value.error());
}

void put_list(Transaction& transaction, const std::string& key,
              const std::vector<std::string>& numbers) {
  if (numbers.empty()) {
    transaction.erase(Family::search, key);
    return;
  }
  FieldWriter out;
  out.number(static_cast<std::uint32_t>(numbers.size()));
  for (const std::string& number : numbers) {
    out.text(number);
  }
  transaction.put(Family::search, key, std::move(out).take());
}

std::string wanted_list(const HelpNumber& number) {
  const bool is_open = number.state == hjelpenummer::State::issued && number.newborn &&
                       !number.newborn->mother.empty();
  return is_open
             ? key_of_kind(
                   mother_kind,
                   key_of(IdentifierKey{number.newborn->mother_type, number.newborn->mother, {}}))
             : std::string();
}

/// What a record says of a child.
struct Child {
  std::string born; ///< "YYYY-MM-DD"
  hjelpenummer::Gender gender = hjelpenummer::Gender::unsaid;
  std::uint8_t order = 0; ///< of several at one birth; 0: not told, or the only one
  std::vector<IdentifierKey> mothers;
};

Child child_of(const SourceRecord& record) {
  Child child;
  std::string room;
  for (const AssertionDraft& draft : record.assertions) {
    const std::string_view row = record.view(draft.row);
    if (!is_current(draft.validity, draft.valid_to.has_value())) {
      continue;
    }
    if (draft.part == PersonPart::birth) {
      constexpr std::size_t date_bytes = 10;
      const auto born = text_of(row, draft.metadata_bytes, "birthDate", room);
      child.born = born && birth_day_of(*born).is_full() ? born->substr(0, date_bytes) : "";
    } else if (draft.part == PersonPart::gender) {
      const auto gender = text_of(row, draft.metadata_bytes, "gender", room);
      child.gender = gender == "Female" ? hjelpenummer::Gender::female
                     : gender == "Male" ? hjelpenummer::Gender::male
                                        : hjelpenummer::Gender::unsaid;
    } else if (draft.part == PersonPart::birth_in_norway) {
      // Two digits: how many, and which of them ("21": the first of two).
      constexpr std::string_view property = "\"multipleBirthNumber\":";
      const std::size_t at = row.find(property);
      const std::string_view digits =
          at == std::string_view::npos ? "" : row.substr(at + property.size(), 2);
      const bool is_number = digits.size() == 2 && digits[0] > '1' && digits[0] <= '9' &&
                             digits[1] >= '1' && digits[1] <= '9';
      child.order = is_number ? static_cast<std::uint8_t>(digits[1] - '0') : std::uint8_t{0};
    }
  }
  for (const RelationClaim& claim : record.relations) {
    if (claim.type == RelationType::mother && !claim.identifier.empty()) {
      child.mothers.push_back({claim.identifier_type, record.view(claim.identifier), {}});
    }
  }
  return child;
}

/// Keys of every number that whoever holds `mother` goes or went by.
Result<std::vector<std::string>> keys_of_mother(const Transaction& transaction,
                                                const IdentifierKey& mother) {
  std::vector<std::string> keys{key_of(mother)};
  store::Pinned index_pin;
  const auto value = transaction.get(Family::identifier, keys.front(), index_pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  const auto entries = read_index(value->value_or(std::string_view{}));
  if (!entries) {
    return fail(ErrorCode::corrupt, "an identifier's index value has a wrong size");
  }
  for (const IndexEntry& entry : *entries) {
    store::Pinned pin;
    const auto current = entry.is_live()
                             ? transaction.get(Family::current, entry.entity.view(), pin)
                             : Result<std::optional<std::string_view>>(std::nullopt);
    if (!current) {
      return tl::unexpected(current.error());
    }
    if (!*current) {
      continue;
    }
    const auto document = DocumentBytes::current(**current);
    const auto held = document
                          ? document->identifiers()
                          : Result<std::vector<HeldIdentifier>>(tl::unexpected(document.error()));
    if (!held) {
      return tl::unexpected(held.error());
    }
    for (const HeldIdentifier& identifier : *held) {
      std::string key = key_of(identifier.key());
      if (std::ranges::find(keys, key) == keys.end()) {
        keys.push_back(std::move(key));
      }
    }
  }
  return keys;
}

bool born_around(const Child& child, Instant born) {
  const auto midnight = oslo_midnight(child.born);
  if (!midnight) {
    return false;
  }
  const std::chrono::microseconds apart{born.microseconds - midnight->microseconds};
  return apart >= -day && apart < 2 * day;
}

bool same_sex(const Child& child, const HelpNumber& number) {
  const auto is_said = [](hjelpenummer::Gender gender) {
    return gender == hjelpenummer::Gender::female || gender == hjelpenummer::Gender::male;
  };
  const hjelpenummer::Gender told = number.facts().gender;
  return !is_said(told) || !is_said(child.gender) || told == child.gender;
}

bool same_order(const Child& child, const HelpNumber& number) {
  return child.order == 0 || number.newborn->order == child.order;
}

Result<std::vector<HelpNumber>> born_to(const Transaction& transaction, const Child& child) {
  std::vector<std::string> seen;
  std::vector<HelpNumber> found;
  for (const IdentifierKey& mother : child.mothers) {
    const auto keys = keys_of_mother(transaction, mother);
    if (!keys) {
      return tl::unexpected(keys.error());
    }
    for (const std::string& key : *keys) {
      const auto numbers = listed_under(transaction, key_of_kind(mother_kind, key));
      if (!numbers) {
        return tl::unexpected(numbers.error());
      }
      for (const std::string& number_key : *numbers) {
        if (std::ranges::find(seen, number_key) != seen.end()) {
          continue;
        }
        seen.push_back(number_key);
        store::Pinned pin;
        const auto value = transaction.get(Family::hjelpenummer, number_key, pin);
        if (!value) {
          return tl::unexpected(value.error());
        }
        auto number = hjelpenummer::read_help_number(value->value_or(std::string_view{}));
        if (!number || !number->newborn || !number->entity) {
          return fail(ErrorCode::corrupt, "a newborn is listed who is none");
        }
        if (born_around(child, number->newborn->born)) {
          found.push_back(std::move(*number));
        }
      }
    }
  }
  return found;
}

/// Drops those that `fits` tells apart, unless that leaves none. Whether all differed.
template <typename Fits>
bool narrow(std::vector<HelpNumber>& numbers, const Fits& fits) {
  if (std::ranges::none_of(numbers, fits)) {
    return true;
  }
  std::erase_if(numbers, [&fits](const HelpNumber& number) { return !fits(number); });
  return false;
}

} // namespace

Result<void> note_newborn(Transaction& transaction, const HelpNumber& number) {
  const std::string number_key = hjelpenummer::help_number_key(number.identifier());
  const std::string place_key = key_of_kind(number_kind, number_key);
  store::Pinned pin;
  const auto place = transaction.get(Family::search, place_key, pin);
  if (!place) {
    return tl::unexpected(place.error());
  }
  const std::string before(place->value_or(std::string_view{}));
  const std::string wanted = wanted_list(number);
  if (before == wanted) {
    return {};
  }
  if (!before.empty()) {
    auto numbers = listed_under(transaction, before);
    if (!numbers) {
      return tl::unexpected(numbers.error());
    }
    std::erase(*numbers, number_key);
    put_list(transaction, before, *numbers);
    transaction.erase(Family::search, place_key);
  }
  if (!wanted.empty()) {
    auto numbers = listed_under(transaction, wanted);
    if (!numbers) {
      return tl::unexpected(numbers.error());
    }
    numbers->push_back(number_key);
    put_list(transaction, wanted, *numbers);
    transaction.put(Family::search, place_key, wanted);
    transaction.put(Family::search, std::string(1, mother_kind), {});
  }
  return {};
}

Result<bool> has_newborns(const Transaction& transaction) {
  store::Pinned pin;
  const auto mark = transaction.get(Family::search, std::string(1, mother_kind), pin);
  return mark ? Result<bool>(mark->has_value()) : tl::unexpected(mark.error());
}

Result<std::size_t> open_newborns_matching(Transaction& transaction, const SourceRecord& record,
                                           const EntityId& person) {
  const auto any = has_newborns(transaction);
  if (!any || !*any || record.source != Source::folkeregisteret) {
    return any ? Result<std::size_t>(0) : tl::unexpected(any.error());
  }
  const Child child = child_of(record);
  if (child.born.empty() || child.mothers.empty()) {
    return 0;
  }
  auto numbers = born_to(transaction, child);
  if (!numbers) {
    return tl::unexpected(numbers.error());
  }
  const bool sex_differs =
      narrow(*numbers, [&child](const HelpNumber& number) { return same_sex(child, number); });
  narrow(*numbers, [&child](const HelpNumber& number) { return same_order(child, number); });
  std::size_t opened = 0;
  for (const HelpNumber& number : *numbers) {
    const std::string told =
        key_of_kind(told_kind, hjelpenummer::help_number_key(number.identifier()))
            .append(person.view());
    store::Pinned pin;
    const auto before = transaction.get(Family::search, told, pin);
    if (!before) {
      return tl::unexpected(before.error());
    }
    if (*before || *number.entity == person) {
      continue;
    }
    WorkItem item;
    item.kind = WorkKind::newborn_match;
    item.organisation = number.organisation;
    item.persons = {*number.entity, person};
    item.text = "Folkeregisteret delivered a child of the same mother, born at the same time";
    item.text += sex_differs ? "; the sex that was told differs" : "";
    item.opened = transaction.time();
    const auto work = open_work(transaction, std::move(item));
    if (!work) {
      return tl::unexpected(work.error());
    }
    transaction.put(Family::search, told, {});
    ++opened;
  }
  return opened;
}

Result<std::optional<std::string_view>> fault_of_newborn_key(const store::Store& store,
                                                             const store::Snapshot* at,
                                                             std::string_view key,
                                                             std::string_view value) {
  using Fault = std::optional<std::string_view>;
  if (key.size() < 2 || key.front() != mother_kind) {
    return Fault{};
  }
  const auto numbers = listed(value);
  if (!numbers) {
    return Fault("a list of newborns cannot be read");
  }
  for (const std::string& number_key : *numbers) {
    store::Pinned pin;
    const auto there = store.get(Family::hjelpenummer, number_key, pin, at);
    if (!there) {
      return tl::unexpected(there.error());
    }
    const auto number = *there ? hjelpenummer::read_help_number(pin.view()) : std::nullopt;
    if (!number || wanted_list(*number) != key) {
      return Fault("a number is listed under a mother it does not name");
    }
  }
  return Fault{};
}

} // namespace grunndata::registry::candidates
