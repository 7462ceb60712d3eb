#include "registry/candidates/known_person.h"

#include "registry/candidates/row_fields.h"

#include <algorithm>
#include <array>

namespace grunndata::registry::candidates {

namespace {

constexpr std::array<PersonPart, 6> with_address{
    PersonPart::residential_address,    PersonPart::shared_residence,
    PersonPart::present_address,        PersonPart::postal_address,
    PersonPart::foreign_postal_address, PersonPart::preferred_contact_address};

/// The form that the seeker sees; empty when none. What is told of hjelpenumre is graded, and open
/// to those who work with them.
std::string_view seen(const Row& row, bool historic, const Sight& sight, std::string& scratch) {
  if (row.entry.source == Source::hjelpenummer && sight.sees_help_number) {
    return row.text;
  }
  return visible_form(row, historic, sight.viewer, scratch);
}

std::string text_in(std::string_view form, const RowEntry& entry, std::string_view property) {
  std::string room;
  const auto text = text_of(form, entry.metadata_bytes, property, room);
  return text ? std::string(*text) : std::string();
}

KnownName name_in(std::string_view form, const RowEntry& entry, bool is_former) {
  return {text_in(form, entry, "givenName"), text_in(form, entry, "middleName"),
          text_in(form, entry, "familyName"), is_former};
}

void add_birth(std::string_view form, const RowEntry& entry, KnownPerson& known) {
  for (const std::string_view property : {"birthDate", "birthYear"}) {
    const BirthDay born = birth_day_of(text_in(form, entry, property));
    if (born.year != 0) {
      known.births.push_back(born);
      return;
    }
  }
}

void add_gender(std::string_view form, const RowEntry& entry, KnownPerson& known) {
  const std::string gender = text_in(form, entry, "gender");
  if (gender == "Female") {
    known.gender = hjelpenummer::Gender::female;
  } else if (gender == "Male") {
    known.gender = hjelpenummer::Gender::male;
  }
}

void append(std::string& text, std::string_view more) {
  text.append(text.empty() ? "" : " ").append(more);
}

KnownAddress address_in(std::string_view form, const RowEntry& entry) {
  KnownAddress address;
  std::string letter;
  for_each_text(form.substr(std::min<std::size_t>(entry.metadata_bytes, form.size())),
                [&](std::string_view property, std::string_view text) {
                  if (property == "addressName") {
                    address.street = text;
                  } else if (property == "houseNumber") {
                    address.number = text;
                  } else if (property == "houseLetter") {
                    letter = text;
                  } else if (property == "postalCode" || property == "postCode") {
                    address.postcode = text;
                  } else if (property == "cityName" || property == "cityOrPlaceName") {
                    address.city = text;
                  } else if (property == "addressLine") {
                    append(address.lines, text);
                  }
                });
  address.number += letter;
  if (!address.lines.empty()) { // free text: the rest of it belongs to it
    append(address.lines, address.postcode);
    append(address.lines, address.city);
  }
  return address;
}

} // namespace

PersonPartSet address_parts() noexcept {
  PersonPartSet parts;
  for (const PersonPart part : with_address) {
    parts.set(static_cast<std::size_t>(part));
  }
  return parts;
}

Result<std::size_t> add_current(const DocumentBytes& current, const Sight& sight,
                                KnownPerson& known) {
  std::size_t addresses = 0;
  std::string scratch;
  for (std::size_t i = 0; i < current.row_count(); ++i) {
    const PersonPart part = current.part_at(i);
    const bool wanted = part == PersonPart::name || part == PersonPart::birth ||
                        part == PersonPart::gender ||
                        sight.addresses.test(static_cast<std::size_t>(part));
    if (!wanted) {
      continue;
    }
    const auto row = current.row(i);
    if (!row) {
      return tl::unexpected(row.error());
    }
    const std::string_view form = seen(*row, false, sight, scratch);
    if (form.empty()) {
      continue;
    }
    switch (part) {
      case PersonPart::name: known.names.push_back(name_in(form, row->entry, false)); break;
      case PersonPart::birth: add_birth(form, row->entry, known); break;
      case PersonPart::gender: add_gender(form, row->entry, known); break;
      default: known.addresses.push_back(address_in(form, row->entry)); ++addresses;
    }
  }
  return addresses;
}

Result<void> add_former_names(const DocumentBytes& past, const Sight& sight, KnownPerson& known) {
  std::string scratch;
  for (std::size_t i = 0; i < past.row_count(); ++i) {
    if (past.part_at(i) != PersonPart::name) {
      continue;
    }
    const auto row = past.row(i);
    if (!row) {
      return tl::unexpected(row.error());
    }
    if (row->entry.recorded_to != still_recorded) {
      continue; // withdrawn: it was a mistake
    }
    if (const auto form = seen(*row, true, sight, scratch); !form.empty()) {
      known.names.push_back(name_in(form, row->entry, true));
    }
  }
  return {};
}

} // namespace grunndata::registry::candidates
