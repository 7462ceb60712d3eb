#include "tools/commands/hjelpenummer_output.h"

#include "api/v1/hjelpenummer/number_json.h"
#include "tools/logging/json_text.h"

#include <ostream>

namespace grunndata::tools {

namespace {

namespace hn = registry::hjelpenummer;

std::string id_of(const hn::HelpNumber& number, const OpenedRegistry& opened) {
  return number.entity ? std::string(registry::view_of(opened.registry->ids().seal(*number.entity)))
                       : "-";
}

void print_facts(const hn::Facts& facts, std::ostream& stream) {
  const auto line = [&stream](const char* name, std::string_view value) {
    if (!value.empty()) {
      stream << "  " << name << value << '\n';
    }
  };
  line("given name:   ", facts.given_name);
  line("middle name:  ", facts.middle_name);
  line("family name:  ", facts.family_name);
  line("birth date:   ", facts.birth_date);
  line("gender:       ", name_of(facts.gender));
  line("address:      ", facts.address);
  line("place found:  ", facts.place_found);
  line("description:  ", facts.description);
  line("note:         ", facts.note);
}

std::string actor_text(const registry::Actor& actor) {
  const std::string& name = !actor.user_name.empty()   ? actor.user_name
                            : !actor.os_user.empty()   ? actor.os_user
                            : !actor.client_id.empty() ? actor.client_id
                                                       : actor.organisation;
  return name.empty() ? "-" : name;
}

} // namespace

void print_number(const hn::HelpNumber& number, const OpenedRegistry& opened, NumberDetail detail,
                  bool json, std::ostream& stream) {
  if (json) {
    std::string out;
    api::v1::append_help_number(out, number, opened.registry->ids(),
                                detail == NumberDetail::facts ? api::v1::NumberSight::facts
                                                              : api::v1::NumberSight::status);
    stream << out << '\n';
    return;
  }
  stream << number.number << (number.is_local() ? "  of " + number.assigner : std::string()) << "  "
         << name_of(number.state) << (number.erased ? ", erased" : "") << "  "
         << (number.organisation.empty() ? "-" : number.organisation) << "  "
         << format_instant(number.issued) << "  " << id_of(number, opened) << '\n';
}

void print_number_in_full(const hn::HelpNumber& number, const OpenedRegistry& opened,
                          std::ostream& stream) {
  stream << "number:         " << number.number << '\n';
  if (number.is_local()) {
    stream << "assigner:       " << number.assigner << '\n';
  }
  stream << "state:          " << name_of(number.state) << (number.erased ? ", erased" : "")
         << '\n';
  if (number.cancelled_for) {
    stream << "cancelled for:  " << name_of(*number.cancelled_for) << '\n';
  }
  stream << "organisation:   " << (number.organisation.empty() ? "-" : number.organisation)
         << "\nissued:         " << format_instant(number.issued) << " by "
         << actor_text(number.issued_by) << '\n';
  if (!number.reason.empty()) {
    stream << "reason:         " << number.reason << '\n';
  }
  stream << "changed:        " << format_instant(number.changed)
         << "\nid:             " << id_of(number, opened) << '\n';
  if (number.newborn) {
    stream << "born:           " << format_instant(number.newborn->born) << ", number "
           << static_cast<unsigned>(number.newborn->order) << '\n';
    if (!number.newborn->mother.empty()) {
      stream << "mother:         " << code_of(number.newborn->mother_type) << ' '
             << number.newborn->mother << '\n';
    }
  }
  for (const hn::FactItem& item : number.items) {
    stream << "told " << format_instant(item.told) << " by " << actor_text(item.by)
           << (item.reason.empty() ? "" : ": " + item.reason) << '\n';
    print_facts(item.facts, stream);
  }
}

void print_line_fault(std::uint64_t line, const registry::Error& error, bool json,
                      Console& console) {
  if (!json) {
    console.err << "grunndata: line " << line << ": " << error.message << '\n';
    return;
  }
  std::string out = "{\"line\":" + std::to_string(line) + R"(,"status":")";
  out.append(code_name(error.code)).append(R"(","message":)");
  log::append_json_string(out, error.message);
  console.out << out << "}\n";
}

} // namespace grunndata::tools
