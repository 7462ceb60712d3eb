#include "registry/purge/quarantined.h"

#include "registry/keys.h"
#include "registry/loaded_entity.h"
#include "registry/quarantine.h"
#include "registry/registry_impl.h"

#include <algorithm>
#include <array>
#include <map>

namespace grunndata::registry::purge {

namespace {

using store::Family;

constexpr std::size_t digits_min = 11;
constexpr std::size_t digits_max = 12; ///< DUF
constexpr std::array<IdentifierType, 4> types_of_persons{IdentifierType::fnr, IdentifierType::dnr,
                                                         IdentifierType::fhn, IdentifierType::duf};

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

void empty_out(QuarantineEntry& entry, const IdCipher& ids, const EntityId& person) {
  entry.raw = R"({"purged":")" + std::string(view_of(ids.seal(person))) + R"("})";
}

/// Whoever of the holders of `number` is strictly protected.
Result<std::optional<EntityId>> hidden_holder(Transaction& transaction, std::string_view number) {
  for (const IdentifierType type : types_of_persons) {
    store::Pinned pin;
    const auto value =
        transaction.get(Family::identifier, key_of(IdentifierKey{type, number, {}}), pin);
    if (!value) {
      return tl::unexpected(value.error());
    }
    const auto entries = read_index(value->value_or(std::string_view{}));
    for (const IndexEntry& entry : entries.value_or(std::vector<IndexEntry>{})) {
      const auto header = header_of(transaction, entry.entity);
      if (!header) {
        return tl::unexpected(header.error());
      }
      if (*header &&
          (*header)->protection == static_cast<std::uint8_t>(Grading::strictly_confidential)) {
        return entry.entity;
      }
    }
  }
  return std::nullopt;
}

/// The records of everybody in the notes, by number.
class Search {
public:
  explicit Search(std::span<Note> notes) {
    for (Note& note : notes) {
      for (const std::string& key : note.identifier_keys) {
        const std::size_t text_at = 2 + static_cast<std::uint8_t>(key[1]);
        by_number_.emplace(key.substr(text_at), &note);
      }
    }
  }
  [[nodiscard]] Note* match(std::string_view raw) const {
    for (const std::string_view number : numbers_in(raw)) {
      if (const auto found = by_number_.find(number); found != by_number_.end()) {
        return found->second;
      }
    }
    return nullptr;
  }

private:
  std::map<std::string, Note*, std::less<>> by_number_;
};

Result<void> purge_one(Transaction& transaction, const IdCipher& ids, const Search& search,
                       std::uint64_t number, std::string_view value) {
  auto entry = read_quarantine(number, value, true);
  Note* note = entry ? search.match(entry->raw) : nullptr;
  if (note == nullptr) {
    return {};
  }
  transaction.erase(Family::meta, quarantine_mark(*entry));
  empty_out(*entry, ids, note->entity);
  transaction.put(Family::meta, quarantine_mark(*entry), key_of_number(number));
  transaction.put(Family::quarantine, key_of_number(number), write_quarantine(*entry));
  note->quarantine.push_back(number);
  return {};
}

} // namespace

std::vector<std::string_view> numbers_in(std::string_view text) {
  std::vector<std::string_view> numbers;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) {
      ++end;
    }
    if (end - at >= digits_min && end - at <= digits_max) {
      numbers.push_back(text.substr(at, end - at));
    }
    at = end;
  }
  return numbers;
}

Result<void> purge_before_quarantine(Transaction& transaction, const IdCipher& ids,
                                     QuarantineEntry& entry) {
  for (const std::string_view number : numbers_in(entry.raw)) {
    const auto hidden = hidden_holder(transaction, number);
    if (!hidden) {
      return tl::unexpected(hidden.error());
    }
    if (*hidden) {
      empty_out(entry, ids, **hidden);
      return {};
    }
  }
  return {};
}

Result<void> purge_quarantined(Transaction& transaction, const store::Store& store,
                               const IdCipher& ids, std::span<Note> notes,
                               std::span<const std::uint64_t> fresh) {
  if (auto earlier = transaction.await_earlier(); !earlier) {
    return earlier;
  }
  const Search search(notes);
  const auto cursor = store.scan(Family::quarantine);
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    if (auto purged =
            purge_one(transaction, ids, search, number_of_key(cursor->key()), cursor->value());
        !purged) {
      return purged;
    }
  }
  if (auto status = cursor->status(); !status) {
    return status;
  }
  for (const std::uint64_t number : fresh) {
    store::Pinned pin;
    const auto value = transaction.get(Family::quarantine, key_of_number(number), pin);
    if (!value) {
      return tl::unexpected(value.error());
    }
    if (*value) {
      if (auto purged = purge_one(transaction, ids, search, number, **value); !purged) {
        return purged;
      }
    }
  }
  return {};
}

} // namespace grunndata::registry::purge
