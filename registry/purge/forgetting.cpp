#include "registry/purge/forgetting.h"

#include "registry/place_fields.h"

#include <algorithm>

namespace grunndata::registry::purge {

namespace {

bool is_historic(const AssertionDraft& draft) noexcept {
  return !is_current(draft.validity, draft.valid_to.has_value());
}

/// Nobody may be shown the row, and the source itself said why. `strict`: of the person.
bool must_go(const AssertionDraft& draft, bool strict) noexcept {
  const Grading row = draft.grading_is_assumed ? Grading::unclassified : draft.grading;
  const Grading person = strict ? Grading::strictly_confidential : Grading::unclassified;
  return !may_see(draft.part, row, person, is_historic(draft), Access::legal_basis);
}

/// `text`, or what is left of it without places, kept in `texts`.
std::string_view without_places(PersonPart part, std::string_view text, Naming naming,
                                std::list<std::string>& texts) {
  if (text.empty() || !locates_in_fields(part)) {
    return text;
  }
  std::string& left = texts.emplace_back();
  append_without_places(part, text, naming, left);
  return left;
}

/// The forms of a row without places.
void take_places_out(AssertionDraft& draft, SourceRecord& record) {
  for (TextSlice* form : {&draft.row, &draft.open_row, &draft.v1_row}) {
    if (form->empty() || !locates_in_fields(draft.part)) {
      continue;
    }
    std::string left;
    append_without_places(draft.part, record.view(*form), Naming::contract, left);
    *form = {static_cast<std::uint32_t>(record.text.size()),
             static_cast<std::uint32_t>(left.size())};
    record.text += left;
  }
}

/// `strict`: the elements of the rows that stay are all that is left, without places.
SourceRecord with_rows(const SourceRecord& record, const std::vector<bool>& goes, bool strict) {
  SourceRecord reduced = record;
  reduced.assertions.clear();
  std::list<std::string> texts;
  std::vector<TextSlice> gone;
  std::vector<TextSlice> kept;
  std::vector<Element> elements;
  for (std::size_t i = 0; i < record.assertions.size(); ++i) {
    const AssertionDraft& draft = record.assertions[i];
    if (goes[i]) {
      gone.push_back(draft.element);
      continue;
    }
    reduced.assertions.push_back(draft);
    kept.push_back(draft.element);
    if (strict) {
      const std::string_view element =
          std::string_view(record.raw).substr(draft.element.begin, draft.element.size);
      elements.push_back(
          {draft.part, without_places(draft.part, element, Naming::folkeregisteret, texts)});
      take_places_out(reduced.assertions.back(), reduced);
    }
  }
  RecordText text = strict ? record_of(elements) : without(record.raw, gone, kept);
  reduced.raw = std::move(text.raw);
  for (std::size_t i = 0; i < reduced.assertions.size(); ++i) {
    reduced.assertions[i].element = text.elements[i];
  }
  return reduced;
}

} // namespace

PersonPartSet parts_forgotten_when_strict() {
  PersonPartSet parts;
  for (const PersonPartFacts& facts : person_parts) {
    parts.set(static_cast<std::size_t>(facts.part),
              locates(facts.part) || locates_in_fields(facts.part));
  }
  return parts;
}

PersonPartSet parts_forgotten_with_a_row() {
  PersonPartSet parts;
  for (const PersonPartFacts& facts : person_parts) {
    parts.set(static_cast<std::size_t>(facts.part), locates(facts.part));
  }
  return parts;
}

bool purges(const SourceRecord& record, const Protection& protection) noexcept {
  if (protection.holds() != Grading::strictly_confidential) {
    return false;
  }
  const bool only_assumed = record.protection_is_assumed && !record.removed_by_law &&
                            !protection.withheld &&
                            protection.linked != Grading::strictly_confidential;
  return !only_assumed;
}

Storable storable(const SourceRecord& record, const Protection& protection,
                  const std::vector<bool>& withheld) {
  Storable result;
  const bool strict = purges(record, protection);
  if (!strict && withheld.empty() &&
      std::ranges::none_of(record.assertions, [](const AssertionDraft& draft) {
        return draft.grading == Grading::strictly_confidential;
      })) {
    return result; // almost everybody
  }
  std::vector<bool> goes(record.assertions.size());
  bool any_goes = false;
  bool any_must = false;
  for (std::size_t i = 0; i < goes.size(); ++i) {
    const bool must = must_go(record.assertions[i], strict);
    any_must = any_must || must;
    goes[i] = must || (i < withheld.size() && withheld[i]);
    any_goes = any_goes || goes[i];
  }
  if (strict) {
    result.forgotten = parts_forgotten_when_strict();
  } else if (any_must) {
    result.forgotten = parts_forgotten_with_a_row();
  }
  if (any_goes || strict) {
    result.reduced = with_rows(record, goes, strict);
    result.differs = true;
  }
  return result;
}

namespace {

/// `texts`: given, of somebody strictly protected.
Remainder forget_rows(Entity& entity, const SourceValue& said, Source source,
                      const std::function<bool(const Row&)>& goes, std::list<std::string>* texts) {
  Remainder left;
  std::vector<Row> rows;
  std::vector<TextSlice> gone;
  std::vector<TextSlice> kept;
  std::vector<Element> elements;
  std::size_t next_live = 0;
  std::size_t next_withdrawn = 0;
  std::uint16_t ordinal = 0;
  for (const Row& row : entity.rows) {
    if (row.entry.source != source) {
      rows.push_back(row);
      continue;
    }
    const bool live = row.entry.recorded_to == still_recorded;
    const std::size_t place = live ? next_live++ : next_withdrawn++;
    const bool is_kept = place < (live ? said.elements.size() : said.withdrawn.size());
    if (!is_kept || goes(row)) {
      ++left.rows_gone;
      if (live && is_kept) {
        gone.push_back(said.elements[place]);
      }
      continue;
    }
    rows.push_back(row);
    if (!live) {
      left.withdrawn.push_back(said.withdrawn[place]);
      continue;
    }
    const TextSlice element = said.elements[place];
    const bool follows = !elements.empty() && elements.back().part == row.entry.part;
    ordinal = follows ? static_cast<std::uint16_t>(ordinal + 1) : std::uint16_t{0};
    rows.back().entry.ordinal = ordinal; // as the record that is left gives it
    kept.push_back(element);
    if (texts != nullptr) {
      Row& stays = rows.back();
      for (std::string_view* form : {&stays.text, &stays.open, &stays.v1}) {
        *form = without_places(row.entry.part, *form, Naming::contract, *texts);
      }
      elements.push_back(
          {row.entry.part,
           without_places(row.entry.part, said.raw.substr(element.begin, element.size),
                          Naming::folkeregisteret, *texts)});
    }
  }
  entity.rows = std::move(rows);
  left.record = texts != nullptr ? record_of(elements) : without(said.raw, gone, kept);
  return left;
}

} // namespace

Remainder forget(Entity& entity, const SourceValue& said, Source source,
                 const std::function<bool(const Row&)>& goes) {
  return forget_rows(entity, said, source, goes, nullptr);
}

Remainder forget_places(Entity& entity, const SourceValue& said, Source source,
                        const std::function<bool(const Row&)>& goes,
                        std::list<std::string>& texts) {
  return forget_rows(entity, said, source, goes, &texts);
}

bool is_forgotten_when_strict(const Row& row) noexcept {
  const bool is_past = !is_current(row.entry) || row.entry.recorded_to != still_recorded;
  return locates(row.entry.part) || (is_past && locates_in_fields(row.entry.part));
}

} // namespace grunndata::registry::purge
