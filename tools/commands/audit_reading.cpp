#include "tools/commands/audit_reading.h"

#include "api/person_key.h"
#include "registry/audit/own_log.h"
#include "registry/audit/record_codec.h"
#include "registry/audit/record_json.h"
#include "registry/audit/subject_set.h"
#include "registry/links/links.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/reason.h"

#include <algorithm>
#include <functional>
#include <istream>
#include <limits>
#include <ostream>
#include <vector>

namespace grunndata::tools {

namespace {

namespace audit_log = registry::audit;
using registry::ErrorCode;
using registry::fail;
using registry::Instant;
using registry::Result;

constexpr std::size_t page_records = 1'000;

Result<std::optional<Instant>> instant_of(std::string_view flag, const std::string& text) {
  if (text.empty()) {
    return std::nullopt;
  }
  const auto when = registry::parse_instant(text);
  return when ? Result<std::optional<Instant>>(*when)
              : fail(ErrorCode::invalid, std::string(flag) + " is a date or an RFC 3339 date-time");
}

/// The first line of stdin, without blanks around it.
Result<std::string> line_of(std::istream& in) {
  std::string line;
  std::getline(in, line);
  const auto first = line.find_first_not_of(" \t\r");
  const auto last = line.find_last_not_of(" \t\r");
  return first == std::string::npos
             ? fail(ErrorCode::invalid, "nobody was named: the identifier is read from stdin")
             : Result<std::string>(line.substr(first, last - first + 1));
}

Result<audit_log::Query> query_of(const AuditReadingFlags& flags, const audit_log::Log& log,
                                  Console& console) {
  audit_log::Query query;
  query.user = flags.user;
  if (flags.user == "-") {
    const auto number = line_of(console.in);
    if (!number) {
      return tl::unexpected(number.error());
    }
    query.user = log.user_key(*number);
  }
  query.organisation = flags.organisation;
  query.client_id = flags.client;
  if (!flags.act.empty()) {
    query.act = audit_log::find_act(flags.act);
    if (!query.act) {
      return fail(ErrorCode::invalid, "--act: no act is called " + flags.act);
    }
  }
  const auto from = instant_of("--from", flags.from);
  const auto to = from ? instant_of("--to", flags.to) : from;
  if (!to) {
    return tl::unexpected(to.error());
  }
  query.from = *from;
  query.to = *to;
  query.limit = page_records;
  return query;
}

/// What was looked for, for the record of the reading; never a person's number.
std::string filters_of(const AuditReadingFlags& flags, const audit_log::Query& query) {
  std::string text;
  const auto add = [&text](std::string_view name, std::string_view value) {
    if (!value.empty()) {
      text += (text.empty() ? "" : " ") + std::string(name) + "=" + std::string(value);
    }
  };
  add("user", query.user);
  add("organisation", flags.organisation);
  add("client", flags.client);
  add("act", flags.act);
  add("from", flags.from);
  add("to", flags.to);
  return text;
}

/// Writes down that the log is read, before anything of it is shown.
Result<void> note_reading(OpenedRegistry& opened, const Console& console,
                          const AuditReadingFlags& flags, std::string_view operation,
                          std::string filters,
                          const std::optional<registry::EntityId>& subject = {}) {
  auto record = command_record(console, audit_log::Act::log_read, operation);
  record.reason.text = flags.reason;
  record.reason.purpose_details = std::move(filters);
  record.subject = subject;
  return audit(opened, std::move(record), {});
}

/// Page after page, until all is seen, `limit` is reached or somebody asked to stop.
Result<void> each_record(const audit_log::Log& log, audit_log::Query query, std::uint64_t limit,
                         Console& console,
                         const std::function<void(const audit_log::StoredRecord&)>& use) {
  std::uint64_t left = limit == 0 ? std::numeric_limits<std::uint64_t>::max() : limit;
  while (left > 0 && !console.stop()) {
    query.limit = static_cast<std::size_t>(std::min<std::uint64_t>(left, page_records));
    const auto page = log.find(query);
    if (!page) {
      return tl::unexpected(page.error());
    }
    for (const auto& stored : *page) {
      use(stored);
    }
    if (page->size() < query.limit) {
      break;
    }
    left -= page->size();
    query.after = page->back().position + 1;
  }
  return {};
}

/// Text of others that goes to a terminal: control characters become blanks.
std::string plain(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(
      out, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  return out;
}

std::string or_dash(std::string_view text) { return text.empty() ? "-" : plain(text); }

void print_record(const audit_log::StoredRecord& stored, const registry::IdCipher& ids,
                  std::ostream& out) {
  if (stored.erased) {
    out << stored.position << "  erased\n";
    return;
  }
  const audit_log::Record& record = stored.record;
  const audit_log::Actor& actor = record.actor;
  const std::string& user = !actor.user_hpr.empty()   ? actor.user_hpr
                            : !actor.user_key.empty() ? actor.user_key
                                                      : actor.os_user;
  const auto subject = record.subject ? ids.seal(*record.subject) : registry::ExternalId{};
  out << stored.position << "  " << registry::format_instant(record.time) << "  "
      << audit_log::name_of(record.act) << "  "
      << (record.subject ? registry::view_of(subject) : std::string_view("-")) << "  "
      << or_dash(user) << "  " << or_dash(actor.user_name) << "  " << or_dash(actor.organisation)
      << "  " << or_dash(actor.client_id) << "  " << or_dash(record.reason.purpose_of_use) << "  "
      << or_dash(record.operation) << "  " << or_dash(record.outcome) << '\n';
}

void print_entry(const audit_log::OwnLogEntry& entry, bool json, std::ostream& out) {
  if (json) {
    std::string line;
    append_json(line, entry);
    out << line << '\n';
    return;
  }
  out << registry::format_instant(entry.time) << "  " << entry.act << "  "
      << (entry.practitioner.empty() ? std::string(entry.role) : plain(entry.practitioner)) << "  "
      << or_dash(entry.organisation) << "  " << or_dash(entry.system) << "  "
      << or_dash(entry.purpose) << (entry.emergency ? "  emergency" : "")
      << (entry.linked ? "  by way of a link" : "") << '\n';
}

Result<registry::EntityId> person_of(const OpenedRegistry& opened, const std::string& text) {
  registry::Reading reading;
  const api::PersonKey key = api::person_key(text, opened.mapping.rules);
  const registry::Registry& registry = *opened.registry;
  const auto found = key.key ? registry.lookup(*key.key, reading).map([](const auto&) {})
                             : registry.get(text, reading);
  return found ? Result<registry::EntityId>(reading.entity()) : tl::unexpected(found.error());
}

using Entries = std::vector<audit_log::StoredRecord>;

/// Jobs that told somebody about the person: those with an event of the person in their range.
Result<void> add_jobs(const OpenedRegistry& opened, const audit_log::Log& log,
                      const registry::EntityId& person, const audit_log::Query& asked,
                      Console& console, Entries& entries) {
  Entries jobs;
  for (const auto act : {audit_log::Act::feed, audit_log::Act::exported}) {
    audit_log::Query query = asked;
    query.subject.reset();
    query.act = act;
    const auto found = each_record(log, query, 0, console, [&](const auto& stored) {
      if (stored.record.subjects) {
        jobs.push_back(stored);
      }
    });
    if (!found) {
      return found;
    }
  }
  // One walk through the log of events for each class of access answers for all jobs.
  for (const auto access : {registry::Access::legal_basis, registry::Access::no_legal_basis}) {
    const bool legal = access == registry::Access::legal_basis;
    std::uint64_t from = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t to = 0;
    for (const auto& job : jobs) {
      if (job.record.with_legal_basis == legal) {
        from = std::min(from, job.record.subjects->from);
        to = std::max(to, job.record.subjects->to);
      }
    }
    const auto sequences =
        audit_log::sequences_of(*opened.registry, person, std::min(from, to), to, access);
    if (!sequences) {
      return tl::unexpected(sequences.error());
    }
    for (const auto& job : jobs) {
      if (job.record.with_legal_basis == legal &&
          audit_log::covers(*job.record.subjects, *sequences)) {
        entries.push_back(job);
      }
    }
  }
  return {};
}

/// All of the person, and of those who are linked to the person now, in order.
Result<void> records_of(const OpenedRegistry& opened, const audit_log::Log& log,
                        const registry::EntityId& person, audit_log::Query query, Console& console,
                        Entries& entries) {
  auto persons = registry::linked_now(*opened.registry, person);
  if (!persons) {
    return tl::unexpected(persons.error());
  }
  persons->push_back(person);
  for (const registry::EntityId& one : *persons) {
    query.subject = one;
    auto found =
        each_record(log, query, 0, console, [&](const auto& stored) { entries.push_back(stored); });
    found = found ? add_jobs(opened, log, one, query, console, entries) : found;
    if (!found) {
      return found;
    }
  }
  std::ranges::sort(entries, {}, &audit_log::StoredRecord::position);
  const auto twice = std::ranges::unique(entries, {}, &audit_log::StoredRecord::position);
  entries.erase(twice.begin(), twice.end());
  return {};
}

int show_proof(const AuditReadingFlags& flags, OpenedRegistry& opened, audit_log::Log& log,
               Console& console) {
  const auto noted = note_reading(opened, console, flags, "audit export --proof",
                                  "position=" + std::to_string(*flags.proof));
  const auto proof = noted ? log.prove(*flags.proof) : tl::unexpected(noted.error());
  if (!proof) {
    return report_error(console.err, proof.error());
  }
  console.out << *proof;
  return exit_ok;
}

} // namespace

Result<audit_log::Log*> audit_log_of(OpenedRegistry& opened) {
  return opened.audit ? Result<audit_log::Log*>(opened.audit.get())
                      : fail(ErrorCode::unavailable, "this registry keeps no audit log: audit.mode "
                                                     "is off");
}

int audit_search(const AuditReadingFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto log = audit_log_of(opened);
  const auto told = log ? check_reason(opened, flags.reason) : tl::unexpected(log.error());
  const auto query = told ? query_of(flags, **log, console) : tl::unexpected(told.error());
  const auto noted =
      query ? note_reading(opened, console, flags, "audit search", filters_of(flags, *query))
            : tl::unexpected(query.error());
  if (!noted) {
    return report_error(console.err, noted.error());
  }
  std::string line;
  const auto shown =
      each_record(**log, *query, flags.limit, console, [&](const audit_log::StoredRecord& stored) {
        if (!flags.json) {
          print_record(stored, opened.registry->ids(), console.out);
          return;
        }
        line.clear();
        append_json(line, stored, opened.registry->ids(), registry::Access::legal_basis);
        console.out << line << '\n';
      });
  return shown ? exit_ok : report_error(console.err, shown.error());
}

int audit_for_person(const AuditReadingFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto log = audit_log_of(opened);
  const auto told = log ? check_reason(opened, flags.reason) : tl::unexpected(log.error());
  const auto text = told ? line_of(console.in) : tl::unexpected(told.error());
  const auto person = text ? person_of(opened, *text) : tl::unexpected(text.error());
  auto query = person ? query_of(flags, **log, console) : tl::unexpected(person.error());
  const auto noted = query ? note_reading(opened, console, flags, "audit for-person",
                                          filters_of(flags, *query), *person)
                           : tl::unexpected(query.error());
  if (!noted) {
    return report_error(console.err, noted.error());
  }
  Entries entries;
  if (const auto found = records_of(opened, **log, *person, *query, console, entries); !found) {
    return report_error(console.err, found.error());
  }
  const Instant now = registry::now();
  for (const auto& stored : entries) {
    if (const auto entry = audit_log::own_log_entry(stored.record, now)) {
      print_entry(*entry, flags.json, console.out);
    }
  }
  return exit_ok;
}

int audit_export(const AuditReadingFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto log = audit_log_of(opened);
  const auto told = log ? check_reason(opened, flags.reason) : tl::unexpected(log.error());
  if (told && flags.proof) {
    return show_proof(flags, opened, **log, console);
  }
  const auto query = told ? query_of(flags, **log, console) : tl::unexpected(told.error());
  const auto noted =
      query ? note_reading(opened, console, flags, "audit export", filters_of(flags, *query))
            : tl::unexpected(query.error());
  if (!noted) {
    return report_error(console.err, noted.error());
  }
  std::string line;
  const auto shown =
      each_record(**log, *query, flags.limit, console, [&](const audit_log::StoredRecord& stored) {
        if (stored.erased) {
          return;
        }
        std::string subject;
        if (stored.record.subject) {
          const auto outside = opened.registry->ids().seal(*stored.record.subject);
          subject = flags.with_subjects ? std::string(registry::view_of(outside))
                                        : (*log)->user_key(registry::view_of(outside));
        }
        line.clear();
        append_analysis_json(line, stored, subject);
        console.out << line << '\n';
      });
  return shown ? exit_ok : report_error(console.err, shown.error());
}

} // namespace grunndata::tools
