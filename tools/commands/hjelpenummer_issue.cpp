// `grunndata hjelpenummer issue`.
#include "registry/audit/log.h"
#include "registry/loaded_entity.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/hjelpenummer_flags.h"
#include "tools/commands/hjelpenummer_lines.h"
#include "tools/commands/hjelpenummer_output.h"

#include <ostream>
#include <sstream>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

namespace hn = registry::hjelpenummer;
using registry::ErrorCode;
using registry::fail;
using registry::Result;

constexpr int status_done = 200;

Result<void> read_lines(const HelpNumberFlags& flags, const OpenedRegistry& opened,
                        Console& console, hn::IssueRequest& request) {
  HelpNumberLines lines;
  if (auto open = lines.open(flags, LineForm::facts, opened.mapping.rules, console); !open) {
    return open;
  }
  HelpNumberLine line;
  while (true) {
    const auto more = lines.next(line);
    if (!more) {
      return fail(more.error().code,
                  "line " + std::to_string(line.line) + ": " + more.error().message);
    }
    if (!*more) {
      break;
    }
    if (request.facts.size() == hn::issue_count_max) {
      return fail(ErrorCode::invalid, "at most 500 numbers are issued at once");
    }
    request.facts.push_back(std::move(line.facts));
    if (line.newborn) {
      request.newborns.push_back(std::move(*line.newborn));
    }
  }
  if (!request.newborns.empty() && request.newborns.size() != request.facts.size()) {
    return fail(ErrorCode::invalid, "either every line tells of a newborn, or none does");
  }
  return request.facts.empty() ? fail(ErrorCode::invalid, "there is no line to issue a number for")
                               : Result<void>{};
}

Result<hn::IssueRequest> request_of(const HelpNumberFlags& flags, const OpenedRegistry& opened,
                                    Console& console) {
  hn::IssueRequest request;
  request.by.os_user = console.os_user;
  request.by.organisation = flags.organisation;
  request.organisation = flags.organisation;
  request.reason = flags.reason;
  if (!flags.file.empty()) {
    const auto read = read_lines(flags, opened, console, request);
    return read ? Result<hn::IssueRequest>(std::move(request)) : tl::unexpected(read.error());
  }
  const auto facts = facts_of(flags);
  if (!facts) {
    return tl::unexpected(facts.error());
  }
  request.facts.assign(flags.count, *facts);
  return request;
}

/// The same for the same request, another for every other.
std::array<std::uint8_t, 16> hash_of(const hn::IssueRequest& request) {
  std::string text;
  for (std::size_t i = 0; i < request.facts.size(); ++i) {
    hn::HelpNumber one;
    one.organisation = request.organisation;
    one.reason = request.reason;
    one.items.push_back({{}, {}, {}, request.facts[i]});
    if (!request.newborns.empty()) {
      one.newborn = request.newborns[i];
    }
    text += write_help_number(one);
  }
  return registry::hash_of_record(text);
}

void add_key(const HelpNumberFlags& flags, const OpenedRegistry& opened,
             hn::IssueRequest& request) {
  if (flags.idempotency_key.empty()) {
    return;
  }
  request.key = registry::IdempotencyKey{{},
                                         "os:" + request.by.os_user,
                                         flags.organisation,
                                         "hjelpenummer issue",
                                         flags.idempotency_key};
  request.request_hash = hash_of(request);
  request.answer = [&opened, hash = request.request_hash](const std::vector<hn::HelpNumber>& made) {
    std::ostringstream body;
    registry::KeptAnswer answer{hash, registry::now(), status_done, {}, {}};
    for (const hn::HelpNumber& number : made) {
      print_number(number, opened, NumberDetail::status, true, body);
      answer.persons.push_back(*number.entity);
    }
    answer.body = std::move(body).str();
    return answer;
  };
}

/// A record for each number that was given out; without any, one of what came of it.
Result<void> note(OpenedRegistry& opened, const HelpNumberFlags& flags, const Console& console,
                  const Result<hn::IssueOutcome>& outcome) {
  auto record = command_record(console, registry::audit::Act::issued, "hjelpenummer issue");
  record.actor.organisation = flags.organisation;
  record.reason.text = flags.reason;
  if (!outcome) {
    return audit(opened, std::move(record), tl::unexpected(outcome.error()));
  }
  std::vector<registry::EntityId> persons;
  for (const hn::HelpNumber& number : outcome->numbers) {
    persons.push_back(*number.entity);
  }
  if (outcome->replayed) {
    persons = outcome->replayed->persons;
  }
  if (!opened.audit || persons.empty()) {
    return audit(opened, std::move(record), {});
  }
  record.outcome = outcome->replayed ? "replayed" : "ok";
  std::vector<registry::audit::Record> records(persons.size(), record);
  for (std::size_t i = 0; i < persons.size(); ++i) {
    records[i].subject = persons[i];
  }
  const auto written = opened.audit->append(records);
  return written ? Result<void>{} : tl::unexpected(written.error());
}

/// The first answer to the key, as it was or for people.
int print_again(const registry::KeptAnswer& answer, const HelpNumberFlags& flags,
                OpenedRegistry& opened, Console& console) {
  if (answer.body.empty()) {
    return report_error(console.err,
                        {ErrorCode::conflict, "the first answer to this key was purged"});
  }
  console.err << "grunndata: this key was used before; these are the numbers of then\n";
  if (flags.json) {
    console.out << answer.body;
    return exit_ok;
  }
  for (const registry::EntityId& person : answer.persons) {
    const auto number = opened.help_numbers->of(person);
    if (!number) {
      return report_error(console.err, number.error());
    }
    print_number(*number, opened, NumberDetail::status, false, console.out);
  }
  return exit_ok;
}

} // namespace

int issue_numbers(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  auto request = request_of(flags, opened, console);
  if (!request) {
    return report_error(console.err, request.error());
  }
  if (const auto able = can_audit(opened); !able) {
    return report_error(console.err, able.error());
  }
  add_key(flags, opened, *request);
  const auto outcome = opened.help_numbers->issue(std::move(*request));
  const auto logged = note(opened, flags, console, outcome);
  if (!outcome || !logged) {
    return report_error(console.err, outcome ? logged.error() : outcome.error());
  }
  if (outcome->replayed) {
    return print_again(*outcome->replayed, flags, opened, console);
  }
  for (const hn::HelpNumber& number : outcome->numbers) {
    print_number(number, opened, NumberDetail::status, flags.json, console.out);
  }
  return exit_ok;
}

} // namespace grunndata::tools
