#include "api/v1/admin/grant_json.h"

#include "api/number_text.h"
#include "api/v1/admin/client_json.h"

namespace grunndata::api::v1 {

std::string_view state_of(const registry::Grant& grant, registry::Instant when) noexcept {
  if (grant.review) return "reviewed";
  return grant.is_overdue(when) ? "overdue" : "waiting";
}

void append_grant(std::string& out, const registry::Grant& grant, const registry::IdCipher& ids,
                  registry::Instant when) {
  out += R"({"id":")";
  append_number(out, grant.number);
  out += '"';
  append_text_member(out, "personId", registry::view_of(ids.seal(grant.entity)));
  append_text_member(out, "clientId", grant.client_id);
  append_text_member(out, "issuer", grant.issuer);
  append_text_member(out, "organisation", grant.organisation);
  append_text_member(out, "userName", grant.user_name);
  append_text_member(out, "userHpr", grant.user_hpr);
  append_text_member(out, "purpose", registry::code_of(grant.purpose));
  out += R"(,"parts":)";
  append_parts(out, grant.parts);
  append_text_member(out, "reason", grant.reason);
  append_time_member(out, "opened", grant.opened);
  append_time_member(out, "expires", grant.expires);
  append_time_member(out, "reviewBy", grant.review_by);
  append_text_member(out, "state", state_of(grant, when));
  if (grant.review) {
    out += R"(,"review":{"outcome":")";
    out += registry::name_of(grant.review->outcome);
    out += '"';
    append_text_member(out, "by", grant.review->by);
    append_text_member(out, "note", grant.review->note);
    append_time_member(out, "reviewed", grant.review->when);
    out += '}';
  }
  out += '}';
}

} // namespace grunndata::api::v1
