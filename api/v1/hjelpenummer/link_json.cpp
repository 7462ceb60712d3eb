#include "api/v1/hjelpenummer/link_json.h"

#include "api/number_text.h"
#include "api/v1/admin/client_json.h"
#include "api/v1/hjelpenummer/number_json.h"

#include <algorithm>

namespace grunndata::api::v1 {

namespace {

using registry::Link;
using registry::LinkState;
using registry::LinkStep;

void append_step_time(std::string& out, std::string_view name, const Link& link, LinkState state) {
  const auto step = std::ranges::find(link.steps, state, &LinkStep::state);
  if (step != link.steps.end()) append_time_member(out, name, step->when);
}

void append_steps(std::string& out, const Link& link) {
  out += R"(,"steps":[)";
  for (const LinkStep& step : link.steps) {
    if (out.back() != '[') out += ',';
    out += R"({"state":")";
    out += name_of(step.state);
    out += '"';
    append_time_member(out, "when", step.when);
    append_actor_member(out, "by", step.by);
    append_text_member(out, "reason", step.reason);
    out += '}';
  }
  out += ']';
}

void append_evidence(std::string& out, const Link& link) {
  out += R"(,"evidence":[)";
  for (const registry::Evidence& evidence : link.evidence) {
    if (out.back() != '[') out += ',';
    out += R"({"type":")";
    out += name_of(evidence.type);
    out += '"';
    append_text_member(out, "country", evidence.country);
    append_text_member(out, "value", evidence.value);
    out += '}';
  }
  out += ']';
}

} // namespace

void append_link(std::string& out, const Link& link, const registry::IdCipher& ids,
                 LinkSight sight) {
  out += R"({"id":")";
  append_number(out, link.number);
  out += '"';
  append_text_member(out, "state", name_of(link.state));
  append_text_member(out, "loser", registry::view_of(ids.seal(link.loser)));
  append_text_member(out, "survivor", registry::view_of(ids.seal(link.survivor)));
  append_step_time(out, "linked", link, LinkState::live);
  append_step_time(out, "undone", link, LinkState::undone);
  if (sight != LinkSight::outline) {
    if (link.work != 0) append_text_member(out, "work", std::to_string(link.work));
    append_steps(out, link);
  }
  if (sight == LinkSight::evidence) append_evidence(out, link);
  out += '}';
}

void append_misled(std::string& out, const std::vector<registry::links::Misled>& misled,
                   bool more) {
  out += R"(,"shown":[)";
  for (const registry::links::Misled& one : misled) {
    if (out.back() != '[') out += ',';
    out += R"({"times":)";
    append_number(out, one.times);
    append_time_member(out, "first", one.first);
    append_time_member(out, "last", one.last);
    append_text_member(out, "organisation", one.actor.organisation);
    append_text_member(out, "organisationParent", one.actor.organisation_parent);
    append_text_member(out, "clientId", one.actor.client_id);
    append_text_member(out, "clientName", one.actor.client_name);
    append_text_member(out, "userName", one.actor.user_name);
    append_text_member(out, "userHpr", one.actor.user_hpr);
    append_text_member(out, "osUser", one.actor.os_user);
    out += '}';
  }
  out += more ? R"(],"more":true)" : R"(],"more":false)";
}

} // namespace grunndata::api::v1
