// `grunndata hjelpenummer link|unlink|links` and `queue decide`.
#include "api/person_key.h"
#include "api/v1/admin/json_members.h"
#include "api/v1/hjelpenummer/link_json.h"
#include "api/v1/hjelpenummer/number_json.h"
#include "registry/audit/log.h"
#include "registry/loaded_entity.h"
#include "registry/work_decisions.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/hjelpenummer_flags.h"
#include "tools/commands/hjelpenummer_output.h"
#include "tools/commands/reason.h"

#include <array>
#include <fstream>
#include <istream>
#include <ostream>
#include <vector>

namespace grunndata::tools {

namespace {

namespace v1 = api::v1;
using registry::ErrorCode;
using registry::fail;
using registry::IdentifierKey;
using registry::Link;
using registry::Result;
using registry::audit::Act;
using v1::MemberKind;
using v1::MemberRule;
using v1::MemberValue;

constexpr int status_done = 200;
constexpr std::size_t link_lines_max = 12; ///< two numbers and ten pieces of evidence
constexpr std::size_t misled_max = 1'000;

constexpr std::array<MemberRule, 3> number_rules{{{"number", MemberKind::text, true},
                                                  {"type", MemberKind::text, false},
                                                  {"assigner", MemberKind::text, false}}};
constexpr std::array<MemberRule, 3> evidence_rules{{{"type", MemberKind::text, true},
                                                    {"country", MemberKind::text, false},
                                                    {"value", MemberKind::text, false}}};
using Three = std::array<MemberValue, 3>;

Result<void> read_object(const std::string& text, const std::array<MemberRule, 3>& rules,
                         Three& values) {
  const std::array<api::http::Header, 1> headers{{{"content-type", "application/json"}}};
  api::http::Request request;
  request.headers = headers;
  request.body = text;
  std::string pointer;
  const api::Refusal refusal = v1::read_members(request, rules, values, pointer);
  if (!refusal) {
    return {};
  }
  const std::string_view what = refusal.detail.empty() ? refusal.kind->title : refusal.detail;
  return fail(ErrorCode::invalid,
              std::string(what) + (pointer.empty() ? "" : ": " + pointer.substr(1)));
}

/// A number as a line tells it.
struct NumberLine {
  std::string text;
  std::optional<registry::IdentifierType> type;
  std::string assigner;

  /// Views into this.
  [[nodiscard]] Result<IdentifierKey> key(const identifiers::Rules& rules) const {
    const api::PersonKey found = api::person_key(text, rules, type, assigner);
    return found.key ? Result<IdentifierKey>(*found.key)
                     : fail(ErrorCode::invalid, "no number of a person");
  }
};

/// The number alone, or an object with `number`, `type` and `assigner`.
Result<NumberLine> number_of(const std::string& line) {
  if (!line.starts_with('{')) {
    return NumberLine{line, {}, {}};
  }
  Three values;
  if (auto read = read_object(line, number_rules, values); !read) {
    return tl::unexpected(read.error());
  }
  NumberLine number{values[0].text, registry::identifier_type_of(values[1].text), values[2].text};
  return values[1].given && !number.type ? fail(ErrorCode::invalid, "type: there is no such type")
                                         : Result<NumberLine>(std::move(number));
}

/// Lines that are not empty. `most` and one more at most.
Result<std::vector<std::string>> lines_of(const HelpNumberFlags& flags, Console& console,
                                          std::size_t most) {
  std::ifstream file;
  if (flags.file != "-") {
    file.open(console.path_of(flags.file), std::ios::binary);
    if (!file) {
      return fail(ErrorCode::not_found, "cannot read " + flags.file);
    }
  }
  std::istream& in = flags.file == "-" ? console.in : file;
  std::vector<std::string> lines;
  for (std::string line; lines.size() <= most && std::getline(in, line);) {
    if (line.ends_with('\r')) {
      line.pop_back();
    }
    if (!line.empty()) {
      lines.push_back(std::move(line));
    }
  }
  return in.bad() ? fail(ErrorCode::storage, "cannot read " + flags.file)
                  : Result<std::vector<std::string>>(std::move(lines));
}

tl::unexpected<registry::Error> in_line(std::size_t line, const registry::Error& error) {
  return fail(error.code, "line " + std::to_string(line) + ": " + error.message);
}

/// What `link` reads: who the number belongs to, who that is, and what that rests on.
struct LinkLines {
  NumberLine loser;
  NumberLine survivor;
  registry::LinkRequest request; ///< its keys are views into the numbers

  Result<void> read(const HelpNumberFlags& flags, const OpenedRegistry& opened, Console& console) {
    const auto lines = lines_of(flags, console, link_lines_max);
    if (!lines) {
      return tl::unexpected(lines.error());
    }
    if (lines->size() < 2 || lines->size() > link_lines_max) {
      return fail(ErrorCode::invalid, "two lines are read, the number and then who it is, and at "
                                      "most ten more, each a piece of evidence");
    }
    std::string all;
    for (std::size_t i = 0; i < lines->size(); ++i) {
      all.append((*lines)[i]).append("\n");
      auto read = i < 2 ? read_number(i, (*lines)[i], opened) : read_evidence((*lines)[i]);
      if (!read) {
        return in_line(i + 1, read.error());
      }
    }
    request.request_hash = registry::hash_of_record(all + flags.assigner + '\n' + flags.reason);
    return {};
  }

private:
  Result<void> read_number(std::size_t place, const std::string& line,
                           const OpenedRegistry& opened) {
    auto number = number_of(line);
    if (!number) {
      return tl::unexpected(number.error());
    }
    NumberLine& kept = place == 0 ? loser : survivor;
    kept = std::move(*number);
    if (place == 0 && kept.assigner.empty()) {
      kept.assigner = assigner;
    }
    const auto key = kept.key(opened.mapping.rules);
    if (!key) {
      return tl::unexpected(key.error());
    }
    (place == 0 ? request.loser : request.survivor) = *key;
    return {};
  }
  Result<void> read_evidence(const std::string& line) {
    Three values;
    if (auto read = read_object(line, evidence_rules, values); !read) {
      return read;
    }
    const auto type = registry::evidence_type_of(values[0].text);
    if (!type) {
      return fail(ErrorCode::invalid, "type: there is no such evidence");
    }
    request.evidence.push_back({*type, values[1].text, values[2].text});
    return {};
  }

public:
  std::string assigner; ///< of the loser's number, if its line names none
};

registry::Actor operator_of(const HelpNumberFlags& flags, const Console& console) {
  registry::Actor by;
  by.os_user = console.os_user;
  by.organisation = flags.organisation;
  return by;
}

std::string json_of(const Link& link, const OpenedRegistry& opened, v1::LinkSight sight) {
  std::string out;
  v1::append_link(out, link, opened.registry->ids(), sight);
  return out;
}

void print_link(const Link& link, const OpenedRegistry& opened, bool json, std::ostream& out) {
  if (json) {
    out << json_of(link, opened, v1::LinkSight::evidence) << '\n';
    return;
  }
  const auto id = [&opened](const registry::EntityId& entity) {
    return std::string(registry::view_of(opened.registry->ids().seal(entity)));
  };
  out << "link " << link.number << "  " << name_of(link.state) << "  " << id(link.loser) << " -> "
      << id(link.survivor);
  if (link.state == registry::LinkState::proposed) {
    out << "  waits in the queue as " << link.work;
  }
  out << '\n';
}

/// How it came to be so, for people.
void print_steps(const Link& link, std::ostream& out) {
  for (const registry::LinkStep& step : link.steps) {
    const registry::Actor& by = step.by;
    const std::string& who = !by.user_name.empty() ? by.user_name
                             : !by.os_user.empty() ? by.os_user
                                                   : by.client_id;
    out << "  " << format_instant(step.when) << "  " << name_of(step.state) << "  "
        << (who.empty() ? "-" : who) << "  " << step.reason << '\n';
  }
  for (const registry::Evidence& evidence : link.evidence) {
    out << "  evidence: " << name_of(evidence.type)
        << (evidence.country.empty() ? "" : " " + evidence.country)
        << (evidence.value.empty() ? "" : " " + evidence.value) << '\n';
  }
}

/// A record for each side of a link, or one of what came of it.
Result<void> note(OpenedRegistry& opened, const HelpNumberFlags& flags, const Console& console,
                  Act act, std::string_view operation, const Result<Link>& link) {
  auto record = command_record(console, act, operation);
  record.reason.text = flags.reason;
  if (!link) {
    return audit(opened, std::move(record), tl::unexpected(link.error()));
  }
  for (const registry::EntityId& side : {link->loser, link->survivor}) {
    record.subject = side;
    if (auto logged = audit(opened, record, {}); !logged) {
      return logged;
    }
  }
  return {};
}

/// Who was shown the wrong person, if that is logged.
Result<void> print_misled(const Link& link, const HelpNumberFlags& flags, OpenedRegistry& opened,
                          const Console& console) {
  if (!opened.audit) {
    return {};
  }
  bool more = false;
  const auto misled = registry::links::misled_by(
      *opened.registry, *opened.links, *opened.audit, link,
      [](const registry::audit::Actor&) { return true; }, misled_max, more);
  if (!misled) {
    return tl::unexpected(misled.error());
  }
  auto record = command_record(console, Act::log_read, "hjelpenummer unlink");
  record.reason.text = flags.reason;
  record.subject = link.loser;
  if (auto logged = audit(opened, std::move(record), {}); !logged) {
    return logged;
  }
  if (flags.json) {
    std::string out = R"({"link":")" + std::to_string(link.number) + '"';
    v1::append_misled(out, *misled, more);
    console.out << out << "}\n";
    return {};
  }
  for (const registry::links::Misled& one : *misled) {
    const registry::audit::Actor& actor = one.actor;
    const std::string& who = !actor.user_name.empty() ? actor.user_name
                             : !actor.os_user.empty() ? actor.os_user
                                                      : actor.client_id;
    console.out << "was shown the wrong person: " << (who.empty() ? "-" : who) << "  "
                << (actor.organisation.empty() ? "-" : actor.organisation) << "  "
                << format_instant(one.first) << " to " << format_instant(one.last) << "  "
                << one.times << (one.times == 1 ? " time\n" : " times\n");
  }
  if (more) {
    console.out << "and others\n";
  }
  return {};
}

Result<registry::LinkOutcome> link_once(LinkLines& lines, const HelpNumberFlags& flags,
                                        OpenedRegistry& opened, const Console& console) {
  registry::LinkRequest& request = lines.request;
  request.by = operator_of(flags, console);
  request.reason = flags.reason;
  if (!flags.idempotency_key.empty()) {
    request.key = registry::IdempotencyKey{{},
                                           "os:" + console.os_user,
                                           flags.organisation,
                                           "hjelpenummer link",
                                           flags.idempotency_key};
    request.answer = [&opened, hash = request.request_hash](const Link& link) {
      return registry::KeptAnswer{hash,
                                  registry::now(),
                                  status_done,
                                  std::to_string(link.number),
                                  {link.loser, link.survivor}};
    };
  }
  return opened.links->link(std::move(request));
}

} // namespace

int link_numbers(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  LinkLines lines;
  lines.assigner = flags.assigner;
  auto able = lines.read(flags, opened, console);
  able = able ? can_audit(opened) : able;
  if (!able) {
    return report_error(console.err, able.error());
  }
  auto outcome = link_once(lines, flags, opened, console);
  Result<Link> link =
      outcome ? Result<Link>(outcome->link) : Result<Link>(tl::unexpected(outcome.error()));
  if (outcome && outcome->replayed) {
    link = outcome->replayed->body.empty()
               ? Result<Link>(fail(ErrorCode::conflict, "the first answer to this key was purged"))
               : opened.links->link(std::stoull(outcome->replayed->body));
  }
  const auto logged = note(opened, flags, console, Act::linked, "hjelpenummer link", link);
  if (!link || !logged) {
    return report_error(console.err, link ? logged.error() : link.error());
  }
  if (outcome->replayed) {
    console.err << "grunndata: this key was used before; this is the link of then, as it is now\n";
  }
  print_link(*link, opened, flags.json, console.out);
  return exit_ok;
}

int unlink_numbers(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  if (const auto able = can_audit(opened); !able) {
    return report_error(console.err, able.error());
  }
  const auto link = opened.links->undo(flags.number, operator_of(flags, console), flags.reason);
  const auto logged = note(opened, flags, console, Act::linked, "hjelpenummer unlink", link);
  if (!link || !logged) {
    return report_error(console.err, link ? logged.error() : link.error());
  }
  print_link(*link, opened, flags.json, console.out);
  const auto told = print_misled(*link, flags, opened, console);
  return told ? exit_ok : report_error(console.err, told.error());
}

int show_links(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  constexpr std::size_t persons_max = 1'000;
  const auto given = check_reason(opened, flags.reason);
  const auto lines = given ? lines_of(flags, console, persons_max) : tl::unexpected(given.error());
  if (!lines) {
    return report_error(console.err, lines.error());
  }
  int status = exit_ok;
  for (std::size_t i = 0; i < lines->size() && !console.stop(); ++i) {
    auto number = number_of((*lines)[i]);
    if (number && number->assigner.empty()) {
      number->assigner = flags.assigner;
    }
    const auto key = number ? number->key(opened.mapping.rules) : tl::unexpected(number.error());
    registry::Reading reading;
    const auto match = key ? opened.registry->lookup(*key, reading) : tl::unexpected(key.error());
    auto record = command_record(console, match ? Act::read : Act::miss, "hjelpenummer links");
    record.reason.text = flags.reason;
    if (match) {
      record.subject = reading.asked();
    }
    const auto logged =
        audit(opened, std::move(record), match ? Result<void>{} : tl::unexpected(match.error()));
    const auto all =
        match && logged
            ? opened.links->of(reading.asked())
            : Result<std::vector<Link>>(tl::unexpected(match ? logged.error() : match.error()));
    if (!all) {
      print_line_fault(i + 1, all.error(), flags.json, console);
      status = status == exit_ok ? exit_status_of(all.error().code) : status;
      continue;
    }
    for (const Link& link : *all) {
      print_link(link, opened, flags.json, console.out);
      if (!flags.json) {
        print_steps(link, console.out);
      }
    }
  }
  return console.stop() ? exit_interrupted : status;
}

int decide_work(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  if (const auto able = can_audit(opened); !able) {
    return report_error(console.err, able.error());
  }
  const auto item =
      registry::decide_work(*opened.registry, opened.help_numbers.get(),
                            {flags.number, flags.accept, operator_of(flags, console), flags.note});
  auto record = command_record(console, Act::administered, "hjelpenummer queue decide");
  record.reason.text = flags.note;
  std::vector<registry::EntityId> persons;
  if (item) {
    persons = item->persons;
  }
  Result<void> logged;
  for (std::size_t i = 0; logged && i < std::max<std::size_t>(persons.size(), 1); ++i) {
    if (!persons.empty()) {
      record.subject = persons[i];
    }
    logged = audit(opened, record, item ? Result<void>{} : tl::unexpected(item.error()));
  }
  if (!item || !logged) {
    return report_error(console.err, item ? logged.error() : item.error());
  }
  if (flags.json) {
    std::string out;
    v1::append_work_item(out, *item, opened.registry->ids());
    console.out << out << '\n';
  } else {
    console.out << item->number << "  " << name_of(item->kind) << "  "
                << (item->decision->accepted ? "accepted" : "refused") << '\n';
  }
  return exit_ok;
}

} // namespace grunndata::tools
