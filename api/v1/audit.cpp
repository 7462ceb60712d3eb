#include "api/v1/audit.h"

#include "api/access/problems.h"
#include "api/audit_trail.h"
#include "api/http/form.h"
#include "api/path_segment.h"
#include "api/person_answer.h"
#include "api/person_key.h"
#include "api/problems.h"
#include "api/v1/cursor.h"
#include "registry/audit/own_log.h"
#include "registry/audit/record_codec.h"
#include "registry/audit/record_json.h"
#include "registry/audit/subject_set.h"
#include "registry/links/links.h"
#include "registry/reading.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace grunndata::api::v1 {

namespace {

namespace audit = registry::audit;

constexpr std::size_t records_default = 100;
constexpr std::size_t records_max = 1'000;
constexpr std::size_t text_bytes_max = 200; ///< of a filter

using Records = std::vector<audit::StoredRecord>;

struct Question {
  audit::Query query;
  std::optional<Cursor> cursor;
};

Refusal read_limit(std::string_view text, std::size_t& limit) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (whole && limit >= 1 && limit <= records_max) return {};
  return {&problem::parameter_invalid, "limit is a number from 1 to 1000", "limit"};
}

Refusal read_instant(std::string_view text, std::string_view field,
                     std::optional<registry::Instant>& out) {
  out = registry::parse_instant(text);
  if (out) return {};
  return {&problem::parameter_invalid, "The parameter is a date, or a date-time with its offset",
          field};
}

Refusal read_text(std::string_view text, std::string_view field, std::string& out) {
  if (text.empty() || text.size() > text_bytes_max) {
    return {&problem::parameter_invalid, "The parameter is empty or too long", field};
  }
  out = text;
  return {};
}

Refusal read_act(std::string_view text, audit::Query& query) {
  query.act = audit::find_act(text);
  if (query.act) return {};
  return {&problem::parameter_invalid, "There is no such act", "act"};
}

/// One parameter; `filters`: also those that only the search among all records has.
Refusal read_field(std::string_view name, std::string_view value, bool filters,
                   Question& question) {
  audit::Query& query = question.query;
  if (name == "from") return read_instant(value, "from", query.from);
  if (name == "to") return read_instant(value, "to", query.to);
  if (name == "cursor") {
    question.cursor = read_cursor(value);
    if (!question.cursor) return {&problem::cursor_invalid, {}, "cursor"};
    query.after = question.cursor->from;
    return {};
  }
  if (name == "limit") return read_limit(value, query.limit);
  if (filters && name == "hpr") return read_text(value, "hpr", query.user);
  if (filters && name == "userKey") return read_text(value, "userKey", query.user);
  if (filters && name == "organisation") {
    return read_text(value, "organisation", query.organisation);
  }
  if (filters && name == "client") return read_text(value, "client", query.client_id);
  if (filters && name == "act") return read_act(value, query);
  return {&problem::parameter_unknown, {}, {}};
}

Refusal read_question(std::string_view text, bool filters, Question& question) {
  question.query.limit = records_default;
  std::vector<std::string> seen;
  http::FormReader reader(text);
  while (reader.next()) {
    const std::string name(reader.name());
    if (std::ranges::find(seen, name) != seen.end()) return {&problem::parameter_repeated, {}, {}};
    seen.push_back(name);
    if (const Refusal refusal = read_field(name, reader.value(), filters, question)) {
      return refusal;
    }
  }
  if (reader.error()) return {&problem::form_invalid, {}, {}};
  return {};
}

/// The organisation a caller without the right admin is kept to: the legal entity's.
std::string own_organisation(const Call& call) {
  const access::TokenClaims& claims = *call.caller.claims;
  if (!claims.organisation_parent.empty()) return claims.organisation_parent;
  return call.caller.client->organisation;
}

bool is_administrator(const Call& call) { return call.caller.claims->has(access::Right::admin); }

/// Whether the token's user is the person.
bool is_self(const Context& context, const Call& call, const registry::EntityId& entity) {
  const std::string& pid = call.caller.claims->user_pid;
  if (pid.empty()) return false;
  const PersonKey key = person_key(pid, *context.options.rules);
  if (!key.key) return false;
  registry::Reading reading;
  return context.registry.lookup(*key.key, reading) && reading.entity() == entity;
}

void note_reading(Call& call, const std::optional<registry::EntityId>& subject) {
  audit::Record& record = call.audit.add(audit::Act::log_read);
  record.subject = subject;
  record.outcome = "ok";
}

/// The person's events that a job with or without legal basis can have told of. A reader who has no
/// legal basis themselves, and is not the person, learns only of events that they may see: another
/// job would tell that something hides.
registry::Result<std::vector<std::uint64_t>>
events_told(const Context& context, const audit::Query& asked, bool job_with_basis, bool in_full) {
  const bool all = in_full && job_with_basis;
  return audit::sequences_of(context.registry, *asked.subject, 0, UINT64_MAX,
                             all ? registry::Access::legal_basis : registry::Access::no_legal_basis,
                             in_full ? audit::Told::ever : audit::Told::now);
}

/// A person's events, by the legal basis of the jobs that can have told of them.
using EventsTold = std::array<std::optional<std::vector<std::uint64_t>>, 2>;

/// The jobs among positions [after, end) that covered the person.
registry::Result<void> add_covering_jobs(const Context& context, const audit::Query& asked,
                                         audit::Act act, std::uint64_t end, bool in_full,
                                         EventsTold& sequences, Records& jobs) {
  audit::Query query = asked;
  query.subject.reset();
  query.act = act;
  query.limit = records_max;
  while (true) {
    auto page = context.options.audit->find(query);
    if (!page) return tl::unexpected(page.error());
    for (audit::StoredRecord& job : *page) {
      if (job.position >= end) return {};
      if (job.erased || !job.record.subjects) continue;
      auto& mine = sequences[job.record.with_legal_basis ? 1 : 0];
      if (!mine) {
        auto found = events_told(context, asked, job.record.with_legal_basis, in_full);
        if (!found) return tl::unexpected(found.error());
        mine = std::move(*found);
      }
      if (audit::covers(*job.record.subjects, *mine)) jobs.push_back(std::move(job));
    }
    if (page->size() < query.limit) return {};
    query.after = page->back().position + 1;
  }
}

registry::Result<Records> covering_jobs(const Context& context, const audit::Query& asked,
                                        std::uint64_t end, bool in_full) {
  EventsTold sequences;
  Records jobs;
  for (const audit::Act act : {audit::Act::feed, audit::Act::exported}) {
    auto added = add_covering_jobs(context, asked, act, end, in_full, sequences, jobs);
    if (!added) return tl::unexpected(added.error());
  }
  return jobs;
}

/// Records of the person and jobs that covered them, a page of them in order of position; of those
/// who are linked to the person now as well, for they are one.
registry::Result<Records> records_of_person(const Context& context, const audit::Query& query,
                                            bool in_full) {
  auto persons = registry::linked_now(context.registry, *query.subject);
  if (!persons) return tl::unexpected(persons.error());
  persons->push_back(*query.subject);
  Records found;
  std::uint64_t end = UINT64_MAX;
  for (const bool jobs : {false, true}) {
    for (const registry::EntityId& person : *persons) {
      audit::Query of_one = query;
      of_one.subject = person;
      auto more =
          jobs ? covering_jobs(context, of_one, end, in_full) : context.options.audit->find(of_one);
      if (!more) return more;
      std::ranges::move(*more, std::back_inserter(found));
    }
    std::ranges::sort(found, {}, &audit::StoredRecord::position);
    const auto twice = std::ranges::unique(found, {}, &audit::StoredRecord::position);
    found.erase(twice.begin(), twice.end());
    if (found.size() >= query.limit) {
      found.resize(query.limit);
      end = found.back().position;
    }
  }
  return found;
}

enum class Sort : std::uint8_t { own, organisation, all };

void write_page(const Context& context, const Records& found, const audit::Query& query, Sort sort,
                registry::Access reader, std::string& out) {
  constexpr std::array<std::string_view, 3> names{"own", "organisation", "all"};
  const registry::Instant now = registry::now();
  out += R"({"view":")";
  out += names[static_cast<std::size_t>(sort)];
  out += R"(","records":[)";
  bool first = true;
  for (const audit::StoredRecord& stored : found) {
    std::optional<audit::OwnLogEntry> own;
    if (sort == Sort::own) {
      if (!stored.erased) own = audit::own_log_entry(stored.record, now);
      if (!own) continue;
    }
    if (!first) out += ',';
    first = false;
    if (own)
      audit::append_json(out, *own);
    else
      audit::append_json(out, stored, context.registry.ids(), reader);
  }
  out += ']';
  if (found.size() >= query.limit) {
    out += R"(,"nextCursor":")";
    append_cursor(out, {.epoch = context.registry.epoch(), .from = found.back().position + 1});
    out += '"';
  }
  out += '}';
}

/// What is wrong before anything is read; nothing when all is well.
bool refused(Context& context, const http::Request& request, http::Response& response, bool filters,
             Question& question) {
  if (context.options.audit == nullptr) {
    refuse(request, response, access::problem::audit_unavailable);
    return true;
  }
  if (const Refusal refusal = read_question(request.query, filters, question)) {
    refuse(request, response, refusal);
    return true;
  }
  if (question.cursor && question.cursor->epoch != context.registry.epoch()) {
    refuse(request, response, problem::history_changed);
    return true;
  }
  return false;
}

} // namespace

void audit_of_person(Context& context, Call& call, const http::Request& request,
                     http::Response& response) {
  Question question;
  if (refused(context, request, response, false, question)) return;
  std::string decoded;
  const auto id = decoded_segment(request.path_parameter(0), decoded);
  if (!id) return refuse(request, response, problem::identifier_malformed, {}, "id");
  registry::Reading reading;
  if (const auto found = context.registry.get(*id, reading); !found) {
    return refuse(request, response, found.error());
  }
  const registry::EntityId entity = reading.entity();
  const Sort sort = is_self(context, call, entity) ? Sort::own
                    : is_administrator(call)       ? Sort::all
                                                   : Sort::organisation;
  question.query.subject = entity;
  if (sort == Sort::organisation) question.query.organisation = own_organisation(call);
  const auto found = records_of_person(
      context, question.query, sort == Sort::own || call.access == registry::Access::legal_basis);
  if (!found) return refuse(request, response, found.error());
  note_reading(call, entity);
  write_page(context, *found, question.query, sort, call.access, response.body);
}

void audit_records(Context& context, Call& call, const http::Request& request,
                   http::Response& response) {
  Question question;
  if (refused(context, request, response, true, question)) return;
  const Sort sort = is_administrator(call) ? Sort::all : Sort::organisation;
  if (sort == Sort::organisation) {
    const std::string own = own_organisation(call);
    const std::string& asked = question.query.organisation;
    if (!asked.empty() && asked != own) {
      note_denied(call, access::problem::scope_insufficient);
      return refuse(request, response, access::problem::scope_insufficient,
                    "Other organisations' records need the right admin", "organisation");
    }
    question.query.organisation = own;
  }
  const auto found = context.options.audit->find(question.query);
  if (!found) return refuse(request, response, found.error());
  note_reading(call, std::nullopt);
  write_page(context, *found, question.query, sort, call.access, response.body);
}

} // namespace grunndata::api::v1
