// What the writers of one document share. Internal to this folder.
#pragma once

#include "tools/generate/family.h"
#include "tools/generate/rows.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace grunndata::generate {

/// Occurrences that several members' documents tell of, so that they are recorded at once.
enum class Event : std::uint64_t {
  birth = 1000,
  arrival = 1100,
  d_number = 1200,
  death = 1300,
  emigration = 1400,
  custody = 1500,
  marriage = 2000,
  separation,
  dissolution,
  parents_marriage = 2010,
  parents_separation,
  parents_dissolution,
};

/// A document in the making.
struct Page {
  const Family& family;
  const Member& member;
  std::size_t index;
  Rows rows;
  Text& text;

  Page(const Family& family_, std::size_t index_, Text& text_)
      : family(family_), member(family_.members[index_]), index(index_),
        rows(text_, member.key, family_.as_of), text(text_) {}

  [[nodiscard]] std::uint64_t event(Event what, std::size_t who = 0) const noexcept {
    return key_of(family.key, static_cast<std::uint64_t>(what) + who);
  }
  /// A draw of this person for one purpose.
  [[nodiscard]] Draw draw(std::uint64_t purpose) const noexcept {
    return Draw(key_of(member.key, 5000 + purpose));
  }
  [[nodiscard]] bool has(Feature feature) const noexcept { return member.features.has(feature); }
  [[nodiscard]] const Member& other(int who) const noexcept {
    return family.members[static_cast<std::size_t>(who)];
  }

  [[nodiscard]] Occurrence birth_of(std::size_t who) const noexcept {
    const Day day = family.members[who].birth;
    return {day, event(Event::birth, who), "forelder", "Fødsel"};
  }
  [[nodiscard]] Occurrence arrival() const noexcept {
    return {member.immigrated, event(Event::arrival), "folkeregistermyndigheten", "Innvandring"};
  }
  [[nodiscard]] Occurrence d_number_given() const noexcept {
    return {member.d_day, event(Event::d_number, index), "skatteetaten", "Tildele d-nummer"};
  }
  /// What brought the person into the register.
  [[nodiscard]] Occurrence entry() const noexcept {
    if (member.d_day != no_day) return d_number_given();
    return member.immigrated != no_day ? arrival() : birth_of(index);
  }
  /// What gave the person the foedselsnummer; as `entry` for those who have none.
  [[nodiscard]] Occurrence settled() const noexcept {
    if (member.d_person) return d_number_given();
    return member.immigrated != no_day ? arrival() : birth_of(index);
  }
  [[nodiscard]] Occurrence death_of(std::size_t who) const noexcept {
    return {family.members[who].died, event(Event::death, who), "lege", "Dødsfall"};
  }
  [[nodiscard]] Occurrence emigration() const noexcept {
    return {member.emigrated, event(Event::emigration), "person", "Utflytting"};
  }
  /// The last day anything about the person changed.
  [[nodiscard]] Day latest() const noexcept {
    return member.died != no_day ? member.died : family.as_of - 3;
  }

  void property(std::string_view name_with_quotes_and_colon, std::string_view value) {
    text.put(',');
    text.text(name_with_quotes_and_colon);
    text.put('"');
    text.text(value);
    text.put('"');
  }
  void property(std::string_view name_with_quotes_and_colon, Day day) {
    text.put(',');
    text.text(name_with_quotes_and_colon);
    text.put('"');
    text.date(day);
    text.put('"');
  }
};

/// An invented name in that country's tongue: `"fornavn":…,"etternavn":…` without braces.
void write_person_name(Text& text, Tongue tongue, Draw draw);

// Identity
void write_identifiers(Page& page);
void write_identity_basis(Page& page);
void write_status(Page& page);
void write_false_identity(Page& page);
void write_foreign_identity(Page& page);

// The person
void write_estate_contact(Page& page);
void write_gender(Page& page);
void write_birth(Page& page);
void write_death(Page& page);
void write_names(Page& page);
void write_citizenship(Page& page);
void write_stay(Page& page);
void write_sami(Page& page);

// Others
void write_relations(Page& page);
void write_civil_status(Page& page);
void write_custody(Page& page);
void write_guardianship(Page& page);

// Addresses
void write_protection(Page& page);
void write_residence(Page& page);
void write_split_home(Page& page);
void write_current_stay(Page& page);
void write_migration(Page& page);
void write_postal(Page& page);
void write_foreign_postal(Page& page);

} // namespace grunndata::generate
