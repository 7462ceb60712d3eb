#include "api/v1/hjelpenummer/candidates.h"

#include "api/access/problems.h"
#include "api/actor.h"
#include "api/person_answer.h"
#include "api/v1/hjelpenummer/asking.h"
#include "api/v1/hjelpenummer/candidate_json.h"
#include "api/v1/hjelpenummer/problems.h"
#include "api/v1/parameters.h"
#include "registry/candidates/find_candidates.h"
#include "registry/reading.h"

namespace grunndata::api::v1 {

namespace {

namespace candidates = registry::candidates;
using access::Right;
using registry::ErrorCode;
using registry::PersonPartSet;
using registry::audit::Act;

candidates::Seeker seeker_of(const Call& call) {
  candidates::Seeker seeker{call.access, candidates::HelpNumbersSeen::own,
                            organisation_of(call.caller), call.caller.client->parts};
  if (has(call, Right::hjelpenummer_link) || has(call, Right::admin)) {
    seeker.help_numbers = candidates::HelpNumbersSeen::all;
  }
  return seeker;
}

/// What the caller may compare by, and be shown.
Refusal check_allowed(const Context& context, const Call& call, const CandidateQuestion& question) {
  // Nothing that an emergency might open for somebody: here nobody is known yet.
  if ((question.compared() & ~call.caller.client->parts).any()) {
    note_denied(call, access::problem::parts_not_agreed, question.compared());
    return {&access::problem::parts_not_agreed, "nothing is agreed about one of the facts"};
  }
  const bool may_read =
      has(call, Right::person_read) || has(call, Right::person_read_with_legal_basis);
  if (question.parts.any() && !may_read) {
    note_denied(call, access::problem::scope_insufficient, question.parts);
    return {&access::problem::scope_insufficient, "parts of persons need the right person.read",
            "/parts"};
  }
  return check_parts(context, call, question.parts, "/parts");
}

void refuse_search(const http::Request& request, http::Response& response,
                   const registry::Error& error) {
  if (error.code == ErrorCode::invalid) {
    return refuse(request, response, api::problem::body_invalid, error.message);
  }
  if (error.code == ErrorCode::unavailable) {
    return refuse(request, response, problem::search_keys_missing);
  }
  refuse(request, response, error);
}

/// On disk before the answer, of whomever: how long it takes must not tell who is protected.
void note_candidate(Call& call, const CandidateQuestion& question,
                    const candidates::Candidate& candidate) {
  registry::audit::Record& record = call.audit.add(Act::search_hit);
  record.kind = registry::audit::Class::important;
  record.subject = candidate.entity;
  record.parts_asked = question.compared() | question.parts;
  record.parts_delivered = question.compared();
  record.with_legal_basis = call.access == registry::Access::legal_basis;
  record.outcome = "ok";
}

/// The person as the caller may see it; nothing with the refusal written.
std::optional<std::string> person_of(Context& context, Call& call, const http::Request& request,
                                     http::Response& response, const CandidateQuestion& question,
                                     const candidates::Candidate& candidate) {
  std::string person;
  if (question.parts.none()) return person;
  registry::ViewRequest view = plain_view(call);
  view.parts = question.parts;
  registry::Reading reading;
  if (const auto read = context.registry.get(candidate.entity, reading); !read) {
    refuse(request, response, read.error());
    return std::nullopt;
  }
  if (const Failure failure = write_person(context, call, reading, view, person)) {
    refuse(request, response, *failure);
    return std::nullopt;
  }
  return person;
}

} // namespace

void find_help_number_candidates(Context& context, Call& call, const http::Request& request,
                                 http::Response& response) {
  CandidateQuestion question;
  std::string pointer;
  Refusal refusal = refuse_parameters(request.query);
  if (!refusal) refusal = read_question(request, question, pointer);
  if (!refusal) refusal = check_allowed(context, call, question);
  if (!refusal) refusal = check_enough(question);
  if (refusal) return refuse(request, response, refusal);
  const auto found = candidates::find_candidates(context.registry, question.wanted, seeker_of(call),
                                                 question.limit);
  if (!found) return refuse_search(request, response, found.error());
  std::string body = R"({"candidates":[)";
  for (const candidates::Candidate& candidate : found->candidates) {
    note_candidate(call, question, candidate);
    const auto person = person_of(context, call, request, response, question, candidate);
    if (!person) return;
    if (body.back() != '[') body += ',';
    append_candidate(body, candidate, context.registry.ids(), *person);
  }
  if (found->candidates.empty()) {
    call.audit.add(Act::miss).outcome = api::problem::person_not_found.code;
  }
  body += R"(],"cutShort":)";
  body += found->is_cut_short ? "true}" : "false}";
  response.body = std::move(body);
}

} // namespace grunndata::api::v1
