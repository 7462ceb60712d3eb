#include "api/v1/hjelpenummer/number_json.h"

#include "api/number_text.h"
#include "api/v1/admin/client_json.h"

namespace grunndata::api::v1 {

namespace {

namespace hn = registry::hjelpenummer;

void append_flag_member(std::string& out, std::string_view name, bool value) {
  out.append(",\"").append(name).append(value ? "\":true" : "\":false");
}

void append_facts(std::string& out, const hn::Facts& facts) {
  std::string members;
  append_text_member(members, "givenName", facts.given_name);
  append_text_member(members, "middleName", facts.middle_name);
  append_text_member(members, "familyName", facts.family_name);
  append_text_member(members, "birthDate", facts.birth_date);
  append_text_member(members, "gender", name_of(facts.gender));
  append_text_member(members, "address", facts.address);
  append_text_member(members, "placeFound", facts.place_found);
  append_text_member(members, "description", facts.description);
  append_text_member(members, "note", facts.note);
  out += '{';
  out.append(members, members.empty() ? 0 : 1);
  out += '}';
}

void append_newborn(std::string& out, const hn::Newborn& newborn) {
  out += R"(,"newborn":{"order":)";
  append_number(out, static_cast<unsigned>(newborn.order));
  append_time_member(out, "born", newborn.born);
  if (!newborn.mother.empty()) {
    append_text_member(out, "motherType", registry::code_of(newborn.mother_type));
    append_text_member(out, "mother", newborn.mother);
  }
  out += '}';
}

void append_told(std::string& out, const hn::HelpNumber& number) {
  append_text_member(out, "reason", number.reason);
  append_actor_member(out, "issuedBy", number.issued_by);
  if (number.newborn) append_newborn(out, *number.newborn);
  out += R"(,"facts":)";
  append_facts(out, number.facts());
  out += R"(,"items":[)";
  for (const hn::FactItem& item : number.items) {
    if (out.back() != '[') out += ',';
    out += R"({"told":")";
    out += format_instant(item.told);
    out += '"';
    append_actor_member(out, "by", item.by);
    append_text_member(out, "reason", item.reason);
    out += R"(,"facts":)";
    append_facts(out, item.facts);
    out += '}';
  }
  out += ']';
}

} // namespace

void append_actor_member(std::string& out, std::string_view name, const registry::Actor& actor) {
  std::string members;
  append_text_member(members, "issuer", actor.issuer);
  append_text_member(members, "clientId", actor.client_id);
  append_text_member(members, "organisation", actor.organisation);
  append_text_member(members, "userName", actor.user_name);
  append_text_member(members, "userHpr", actor.user_hpr);
  append_text_member(members, "osUser", actor.os_user);
  out.append(",\"").append(name).append("\":{");
  out.append(members, members.empty() ? 0 : 1).append("}");
}

void append_help_number(std::string& out, const hn::HelpNumber& number,
                        const registry::IdCipher& ids, NumberSight sight) {
  out += R"({"type":")";
  out += registry::code_of(number.identifier().type);
  out += '"';
  append_text_member(out, "number", number.number);
  append_text_member(out, "assigner", number.assigner);
  if (number.entity) append_text_member(out, "id", registry::view_of(ids.seal(*number.entity)));
  append_text_member(out, "state", name_of(number.state));
  append_text_member(out, "organisation", number.organisation);
  append_time_member(out, "issued", number.issued);
  append_time_member(out, "changed", number.changed);
  append_flag_member(out, "erased", number.erased);
  if (number.cancelled_for) {
    append_text_member(out, "cancelledFor", name_of(*number.cancelled_for));
  }
  if (sight == NumberSight::facts) append_told(out, number);
  out += '}';
}

void append_work_item(std::string& out, const registry::WorkItem& item,
                      const registry::IdCipher& ids) {
  out += R"({"id":")";
  append_number(out, item.number);
  out += '"';
  append_text_member(out, "kind", name_of(item.kind));
  append_flag_member(out, "urgent", item.urgent);
  append_text_member(out, "organisation", item.organisation);
  append_text_member(out, "number", item.number_text);
  append_text_member(out, "text", item.text);
  append_time_member(out, "opened", item.opened);
  append_actor_member(out, "openedBy", item.opened_by);
  if (item.about != 0) append_text_member(out, "about", std::to_string(item.about));
  out += R"(,"persons":[)";
  for (const registry::EntityId& person : item.persons) {
    if (out.back() != '[') out += ',';
    out.append("\"").append(registry::view_of(ids.seal(person))).append("\"");
  }
  out += ']';
  if (item.decision) {
    out += R"(,"decision":{"accepted":)";
    out += item.decision->accepted ? "true" : "false";
    append_time_member(out, "when", item.decision->when);
    append_text_member(out, "note", item.decision->note);
    append_actor_member(out, "by", item.decision->by);
    out += '}';
  }
  out += '}';
}

} // namespace grunndata::api::v1
