// A unit of the made-up nation, before it is written in some register's form.
#pragma once

#include "tools/generate/calendar.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::generate::virksomhet {

struct CodeText {
  std::string_view code;
  std::string_view text;
};

struct PostalPlace {
  std::string street; ///< with house number
  std::string postal_code;
  std::string postal_name;
  std::string kommune; ///< name, in capitals
  std::string kommune_number;
};

struct FormerName {
  std::string name;
  Day from = no_day;
  Day to = no_day;
};

/// A main unit or a sub-unit of Enhetsregisteret, as it is on the day of the extract.
struct Unit {
  std::uint64_t index = 0; ///< among all; of sub-units behind the main ones
  std::string number;      ///< organisasjonsnummer
  bool sub = false;        ///< underenhet
  std::string name;        ///< in capitals, as the register has it
  CodeText form;
  CodeText industry;
  CodeText sector; ///< none for sub-units
  std::string parent; ///< organisasjonsnummer; empty: none
  PostalPlace place;
  Day registered = no_day;
  Day begun = no_day;         ///< stiftelsesdato, oppstartsdato
  Day owner_changed = no_day; ///< datoEierskifte
  std::uint32_t employees = 0;
  std::vector<FormerName> former;
  bool administrative = false; ///< hjelpeenhetskode
  Day bankrupt_since = no_day;
  bool winding_up = false;
  bool vat = false;
  bool nynorsk = false;
};

} // namespace grunndata::generate::virksomhet
