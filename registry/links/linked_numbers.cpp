#include "registry/links/linked_numbers.h"

#include "registry/loaded_entity.h"
#include "registry/person_rows.h"

#include <algorithm>

namespace grunndata::registry::links {

namespace {

using store::Family;

/// As the contract names the types of numbers; empty: not one of these.
std::string_view number_type(IdentifierType type) noexcept {
  switch (type) {
    case IdentifierType::fnr: return "NationalIdentityNumber";
    case IdentifierType::dnr: return "DNumber";
    case IdentifierType::fhn: return "AlternateIdentificationNumber";
    default: return {};
  }
}

TextSlice append(std::string& text, std::string_view more) {
  const TextSlice slice{static_cast<std::uint32_t>(text.size()),
                        static_cast<std::uint32_t>(more.size())};
  text += more;
  return slice;
}

/// Reads what `record_of` writes, piece by piece.
class Pieces {
public:
  explicit Pieces(std::string_view text) noexcept : rest_(text) {}
  [[nodiscard]] bool take(std::string_view wanted) noexcept {
    const bool there = rest_.starts_with(wanted);
    rest_.remove_prefix(there ? wanted.size() : 0);
    return there;
  }
  [[nodiscard]] std::string_view until_quote() noexcept {
    const auto end = std::min(rest_.find('"'), rest_.size());
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return text;
  }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

private:
  std::string_view rest_;
};

constexpr std::string_view raw_begin = R"({"linked":[)";
constexpr std::string_view raw_middle = R"(],"numbers":[)";
constexpr std::string_view raw_end = "]}";
constexpr std::string_view loser_begin = R"({"loser":")";
constexpr std::string_view type_begin = R"(,"type":")";
constexpr std::string_view number_begin = R"(,"number":")";
constexpr std::string_view since_begin = R"(,"since":")";

AssertionDraft row_of(const LinkedNumber& number, std::string& text) {
  const std::string since = format_instant(number.since);
  const std::string metadata = R"({"registeredAt":")" + since +
                               R"(","isValid":false,"source":"grunndata","reason":"Linked",)" +
                               R"("validTo":")" + since + '"';
  std::string row = metadata + R"(,"status":"Discontinued","identificationNumber":")";
  row += number.text;
  row += R"(","identificationNumberType":")";
  row += number_type(number.type);
  row += "\"}";
  AssertionDraft draft;
  draft.part = PersonPart::norwegian_identification_number;
  draft.validity = Validity::not_valid;
  draft.valid_to = number.since;
  draft.registered_at = number.since;
  draft.metadata_bytes = static_cast<std::uint16_t>(metadata.size());
  draft.row = append(text, row);
  return draft;
}

std::optional<LinkedNumber> read_number(Pieces& pieces, const IdCipher& ids) {
  LinkedNumber number;
  const auto loser = ids.open(pieces.until_quote());
  if (!loser || !pieces.take(type_begin)) {
    return std::nullopt;
  }
  const auto type = identifier_type_of(pieces.until_quote());
  if (!type || !pieces.take(number_begin)) {
    return std::nullopt;
  }
  number.loser = *loser;
  number.type = *type;
  number.text = pieces.until_quote();
  if (!pieces.take(since_begin)) {
    return std::nullopt;
  }
  const auto since = parse_date_time(pieces.until_quote());
  if (!since || !pieces.take("}")) {
    return std::nullopt;
  }
  number.since = *since;
  return number;
}

bool contains(const std::vector<EntityId>& entities, const EntityId& id) {
  return std::ranges::find(entities, id) != entities.end();
}

Linked changed(const Linked& before, const LinkedChange& change) {
  Linked after;
  for (const EntityId& id : before.entities) {
    if (!contains(change.gone.entities, id)) {
      after.entities.push_back(id);
    }
  }
  for (const EntityId& id : change.come.entities) {
    if (!contains(after.entities, id)) {
      after.entities.push_back(id);
    }
  }
  const auto comes = [&change](const LinkedNumber& number) {
    return std::ranges::any_of(change.come.numbers, [&number](const LinkedNumber& other) {
      return other.is_same(number);
    });
  };
  for (const LinkedNumber& number : before.numbers) {
    if (!contains(change.gone.entities, number.loser) || comes(number)) {
      after.numbers.push_back(number);
    }
  }
  for (const LinkedNumber& number : change.come.numbers) {
    if (std::ranges::none_of(after.numbers, [&number](const LinkedNumber& other) {
          return other.is_same(number);
        })) {
      after.numbers.push_back(number);
    }
  }
  return after;
}

} // namespace

std::vector<LinkedNumber> numbers_of(const EntityId& id, const Entity& entity, Instant since) {
  std::vector<LinkedNumber> numbers;
  for (const HeldIdentifier& held : entity.identifiers) {
    if (!number_type(held.type).empty()) {
      numbers.push_back({id, held.type, std::string(held.text), since});
    }
  }
  return numbers;
}

SourceRecord record_of(const Linked& linked, const IdCipher& ids) {
  SourceRecord record;
  record.source = Source::links;
  record.raw = raw_begin;
  for (const EntityId& id : linked.entities) {
    record.raw += record.raw.back() == '[' ? "\"" : ",\"";
    record.raw += view_of(ids.seal(id));
    record.raw += '"';
  }
  record.raw += raw_middle;
  for (const LinkedNumber& number : linked.numbers) {
    if (record.raw.back() != '[') {
      record.raw += ',';
    }
    AssertionDraft draft = row_of(number, record.text);
    std::string element(loser_begin);
    element += view_of(ids.seal(number.loser));
    element += '"';
    element += type_begin;
    element += code_of(number.type);
    element += '"';
    element += number_begin;
    element += number.text;
    element += '"';
    element += since_begin;
    element += format_instant(number.since);
    element += "\"}";
    draft.element = append(record.raw, element);
    record.assertions.push_back(draft);
  }
  record.raw += raw_end;
  return record;
}

std::optional<Linked> read_linked(std::string_view raw, const IdCipher& ids) {
  Linked linked;
  Pieces pieces(raw);
  if (!pieces.take(raw_begin)) {
    return std::nullopt;
  }
  while (pieces.take("\"") || pieces.take(",\"")) {
    const auto id = ids.open(pieces.until_quote());
    if (!id) {
      return std::nullopt;
    }
    linked.entities.push_back(*id);
  }
  if (!pieces.take(raw_middle)) {
    return std::nullopt;
  }
  while (pieces.take(loser_begin) || (pieces.take(",") && pieces.take(loser_begin))) {
    auto number = read_number(pieces, ids);
    if (!number) {
      return std::nullopt;
    }
    linked.numbers.push_back(std::move(*number));
  }
  return pieces.take(raw_end) && pieces.at_end() ? std::optional(std::move(linked)) : std::nullopt;
}

Result<Linked> linked_to(const Transaction& transaction, const IdCipher& ids,
                         const EntityId& entity) {
  store::Pinned pin;
  const auto value = transaction.get(Family::source, key_of(entity, Source::links), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  const auto said = read_source(value->value_or(std::string_view{}));
  if (!*value || (said && said->raw.empty())) {
    return Linked{};
  }
  auto linked = said ? read_linked(said->raw, ids) : std::nullopt;
  if (!linked) {
    return fail(ErrorCode::corrupt, "who is linked to a person cannot be read");
  }
  return std::move(*linked);
}

Result<void> change_linked(Transaction& transaction, const IdCipher& ids, const EntityId& id,
                           const LinkedChange& change) {
  const auto before = linked_to(transaction, ids, id);
  if (!before) {
    return tl::unexpected(before.error());
  }
  LoadedEntity loaded;
  if (auto read = load_entity(transaction, id, Source::links, loaded); !read) {
    return read;
  }
  const Linked after = changed(*before, change);
  const SourceRecord record = record_of(after, ids);
  Entity& entity = loaded.entity;
  RowChanges changes = compare_rows(entity, loaded.source, record,
                                    {change.sequence, Protection::of(entity.header), {}});
  if (changes.rows.size() > rows_max) {
    return fail(ErrorCode::invalid, "more rows, withdrawn ones included, than an entity can have");
  }
  std::vector<EventDraft> events = change.events;
  if (changes.changed.any()) {
    std::ranges::move(events_of(entity, changes, Protection::of(entity.header)),
                      std::back_inserter(events));
  }
  entity.rows = std::move(changes.rows);
  append_events(transaction, id, std::move(events), entity.header);
  transaction.put(Family::source, key_of(id, Source::links),
                  write_source({record.raw, changes.elements, changes.withdrawn}));
  put_entity(transaction, id, entity);
  return {};
}

} // namespace grunndata::registry::links
