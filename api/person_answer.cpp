#include "api/person_answer.h"

#include "api/access/problems.h"
#include "api/audit_trail.h"
#include "registry/clients/break_glass.h"
#include "registry/reading.h"

namespace grunndata::api {

namespace {

/// Whether the caller is one of those who may break glass at all.
bool may_break_glass(const Context& context, const Call& call) noexcept {
  return context.options.access.break_glass != nullptr && !call.caller.user_key.empty() &&
         call.caller.client->break_glass_parts.any();
}

/// What the caller opened for this person, if that is still open.
std::shared_ptr<const registry::Grant> grant_of(const Context& context, const Call& call,
                                                const registry::EntityId& entity) {
  if (!may_break_glass(context, call)) return nullptr;
  return context.options.access.break_glass->find({.client_id = call.caller.claims->client_id,
                                                   .issuer = call.caller.claims->issuer_name,
                                                   .user_key = call.caller.user_key,
                                                   .entity = entity});
}

} // namespace

Refusal check_parts(const Context& context, const Call& call, const registry::PersonPartSet& parts,
                    std::string_view field) {
  const registry::Client& client = *call.caller.client;
  const registry::PersonPartSet excess = parts & ~client.parts;
  if (excess.none()) return {};
  // For whom a grant opens them is known only when the person is found.
  const bool perhaps =
      may_break_glass(context, call) && (excess & ~client.break_glass_parts).none();
  if (perhaps) return {};
  note_denied(call, access::problem::parts_not_agreed, parts);
  return {&access::problem::parts_not_agreed, {}, field};
}

Failure write_person(const Context& context, Call& call, registry::Reading& reading,
                     const registry::ViewRequest& asked, std::string& out) {
  registry::ViewRequest view = asked;
  registry::PersonPartSet allowed = call.caller.client->parts;
  const auto grant = grant_of(context, call, reading.entity());
  const bool emergency = grant != nullptr && ((view.parts & ~allowed).any() ||
                                              view.access == registry::Access::no_legal_basis);
  if (emergency) {
    allowed |= grant->parts;
    view.access = registry::Access::legal_basis;
  }
  if ((view.parts & ~allowed).any()) {
    note_missed(call, view, access::problem::parts_not_agreed);
    return &access::problem::parts_not_agreed;
  }
  const std::size_t before = out.size();
  registry::Result<void> written;
  if (view.history || view.as_of || view.recorded_as_of) {
    written = context.registry.load_past(reading);
  }
  if (written) written = registry::write_view(reading, view, out);
  if (written) {
    call.audit.shown(reading, view, emergency);
    if (emergency) call.emergency_until = grant->expires;
    return nullptr;
  }
  out.resize(before);
  const http::ProblemKind& why = problem_of(written.error().code);
  note_missed(call, view, why);
  return &why;
}

void note_denied(const Call& call, const http::ProblemKind& why,
                 const registry::PersonPartSet& parts_asked) {
  registry::audit::Record& record = call.audit.add(registry::audit::Act::denied);
  record.parts_asked = parts_asked;
  record.outcome = why.code;
}

void note_missed(Call& call, const registry::ViewRequest& view, const http::ProblemKind& why) {
  call.audit.missed(view, why.code);
}

} // namespace grunndata::api
