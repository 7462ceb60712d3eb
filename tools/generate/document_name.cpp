#include "tools/generate/page.h"

namespace grunndata::generate {
namespace {

void cased(Text& text, std::string_view name, bool capitals) {
  if (capitals)
    text.capitals(name);
  else
    text.text(name);
}

void write_name_fields(Page& page, const PersonName& name, bool capitals) {
  Text& text = page.text;
  text.lit("\"fornavn\":\"");
  cased(text, name.first, capitals);
  if (name.reason == NameReason::provisional) {
    if (page.member.gender == Gender::woman)
      text.lit("*PIKE");
    else
      text.lit("*GUTT");
  }
  if (!name.second.empty()) {
    text.put(' ');
    cased(text, name.second, capitals);
  }
  if (!name.middle.empty()) {
    text.lit("\",\"mellomnavn\":\"");
    cased(text, name.middle, capitals);
  }
  text.lit("\",\"etternavn\":\"");
  cased(text, name.last, capitals);
  if (!name.joined_last.empty()) {
    text.put('-');
    cased(text, name.joined_last, capitals);
  }
  text.put('"');
}

// At most forty characters of the whole name, family name first.
void write_short_name(Text& text, const PersonName& name) {
  text.lit(",\"forkortetNavn\":\"");
  const std::size_t begin = text.view().size();
  text.capitals(name.last);
  if (!name.joined_last.empty()) text.put('-');
  text.capitals(name.joined_last);
  for (const std::string_view part : {name.first, name.second, name.middle}) {
    if (!part.empty()) text.put(' ');
    text.capitals(part);
  }
  std::size_t characters = 0;
  std::size_t end = begin;
  const std::string_view written = text.view();
  while (end < written.size()) {
    const bool leads = (static_cast<unsigned char>(written[end]) & 0xc0) != 0x80;
    if (leads && ++characters > 40) break;
    ++end;
  }
  text.drop(written.size() - end);
  while (text.last() == ' ') text.drop(1);
  text.put('"');
}

Occurrence naming(const Page& page, const PersonName& name, std::size_t row) {
  const std::uint64_t key = key_of(page.member.key, 6000 + row);
  switch (name.reason) {
    case NameReason::birth: return page.entry();
    case NameReason::provisional: return page.birth_of(page.index);
    case NameReason::first_choice: return {name.from, key, "forelder", "Første gangs navnevalg"};
    case NameReason::marriage: return {name.from, key, "folkeregistermyndigheten", "Navn"};
    case NameReason::change: return {name.from, key, "folkeregistermyndigheten", "Navn"};
  }
  return page.entry();
}

} // namespace

void write_names(Page& page) {
  const Member& member = page.member;
  page.rows.begin_list("\"navn\":[");
  for (std::size_t row = member.names_count; row-- > 0;) {
    const PersonName& name = member.names[row];
    Occurrence occurrence = naming(page, name, row);
    const bool migrated = is_migrated(occurrence.day);
    const std::uint64_t drawn = key_of(member.key, 6100 + row);
    const bool capitals = migrated || name.reason == NameReason::provisional || drawn % 2 == 0;
    page.rows.begin_row(occurrence, {.current = row + 1 == member.names_count});
    page.text.put(',');
    write_name_fields(page, name, capitals);
    if (migrated && drawn % 8 < 5) write_short_name(page.text, name);
    if (!migrated && drawn % 8 < 5) {
      page.text.lit(",\"originaltNavn\":{");
      write_name_fields(page, name, capitals);
      page.text.put('}');
    }
    page.rows.end_row();
  }
  page.rows.end_list();
}

void write_person_name(Text& text, Tongue tongue, Draw draw) {
  const NameLists& lists = names_in(tongue);
  const Names given = draw.percent(50) ? lists.women : lists.men;
  text.lit("\"fornavn\":\"");
  text.capitals(given[draw.below(static_cast<std::uint32_t>(given.size()))]);
  text.lit("\",\"etternavn\":\"");
  text.capitals(lists.families[draw.below(static_cast<std::uint32_t>(lists.families.size()))]);
  text.put('"');
}

} // namespace grunndata::generate
