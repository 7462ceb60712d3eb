// `grunndata hjelpenummer candidates`.
#include "api/v1/hjelpenummer/candidate_json.h"
#include "registry/audit/log.h"
#include "registry/candidates/find_candidates.h"
#include "registry/candidates/row_fields.h"
#include "registry/reading.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/hjelpenummer_flags.h"
#include "tools/commands/hjelpenummer_lines.h"
#include "tools/commands/hjelpenummer_output.h"
#include "tools/commands/reason.h"

#include <array>
#include <fstream>
#include <istream>
#include <ostream>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

namespace candidates = registry::candidates;
namespace v1 = api::v1;
using registry::ErrorCode;
using registry::fail;
using registry::PersonPart;
using registry::Result;

constexpr std::string_view operation = "hjelpenummer candidates";

Result<registry::PersonPartSet> parts_of(const HelpNumberFlags& flags) {
  registry::PersonPartSet parts;
  for (const std::string& name : flags.parts) {
    const auto part = registry::find_information_part(name);
    if (!part) {
      return fail(ErrorCode::invalid, "--parts: no information part is called " + name);
    }
    parts.set(static_cast<std::size_t>(*part));
  }
  if (parts.none()) {
    for (const PersonPart part :
         {PersonPart::norwegian_identification_number, PersonPart::name, PersonPart::birth}) {
      parts.set(static_cast<std::size_t>(part));
    }
  }
  return parts;
}

Result<v1::CandidateQuestion> question_of(const HelpNumberFlags& flags) {
  auto facts = facts_of(flags);
  if (!facts) {
    return tl::unexpected(facts.error());
  }
  v1::CandidateQuestion question;
  question.wanted = {std::move(facts->given_name),
                     std::move(facts->middle_name),
                     std::move(facts->family_name),
                     std::move(facts->birth_date),
                     facts->gender,
                     std::move(facts->address),
                     std::move(facts->place_found),
                     flags.organisation};
  question.limit = flags.limit;
  return question;
}

/// A line of JSON, read as the interface reads bodies.
Result<v1::CandidateQuestion> question_in(const std::string& line) {
  const std::array<api::http::Header, 1> headers{{{"content-type", "application/json"}}};
  api::http::Request request;
  request.headers = headers;
  request.body = line;
  v1::CandidateQuestion question;
  std::string pointer;
  const api::Refusal refusal = v1::read_question(request, question, pointer);
  if (!refusal) {
    return question;
  }
  const std::string_view what = refusal.detail.empty() ? refusal.kind->title : refusal.detail;
  const std::string_view field = refusal.field.substr(refusal.field.starts_with('/') ? 1 : 0);
  return fail(ErrorCode::invalid,
              std::string(what) + (field.empty() ? "" : ": ") + std::string(field));
}

/// Everybody who is shown is noted before.
Result<void> note(OpenedRegistry& opened, const HelpNumberFlags& flags, const Console& console,
                  const v1::CandidateQuestion& question,
                  const std::vector<candidates::Candidate>& found) {
  using registry::audit::Act;
  if (found.empty()) {
    auto record = command_record(console, Act::miss, operation);
    record.reason.text = flags.reason;
    return audit(opened, std::move(record), {});
  }
  if (!opened.audit) {
    return {};
  }
  auto record = command_record(console, Act::search_hit, operation);
  record.reason.text = flags.reason;
  record.parts_asked = question.compared() | question.parts;
  record.parts_delivered = record.parts_asked;
  record.with_legal_basis = true;
  record.outcome = "ok";
  std::vector<registry::audit::Record> records(found.size(), record);
  for (std::size_t i = 0; i < found.size(); ++i) {
    records[i].subject = found[i].entity;
  }
  const auto written = opened.audit->append(records);
  return written ? Result<void>{} : tl::unexpected(written.error());
}

Result<std::string> person_of(const OpenedRegistry& opened, const registry::EntityId& entity,
                              const registry::PersonPartSet& parts) {
  registry::Reading reading;
  registry::ViewRequest view;
  view.access = registry::Access::legal_basis;
  view.dialect = registry::Dialect::v1;
  view.parts = parts;
  std::string person;
  auto done = opened.registry->get(entity, reading);
  done = done ? registry::write_view(reading, view, person) : done;
  return done ? Result<std::string>(std::move(person)) : tl::unexpected(done.error());
}

/// One line for people: grade, number, name, birth date, id, and why.
void print_candidate(const candidates::Candidate& candidate, const std::string& person,
                     std::ostream& out) {
  std::string number = candidate.number ? candidate.number->number : std::string();
  std::string name;
  std::string born;
  candidates::for_each_text(person, [&](std::string_view property, std::string_view text) {
    if (property == "identificationNumber" && number.empty()) {
      number = text;
    } else if (property == "birthDate" && born.empty()) {
      born = text.substr(0, text.find('T'));
    } else if (property == "givenName" || property == "middleName" || property == "familyName") {
      name.append(name.empty() ? "" : " ").append(text);
    }
  });
  out << name_of(candidate.grade) << "  " << (number.empty() ? "-" : number) << "  "
      << (name.empty() ? "-" : name) << "  " << (born.empty() ? "-" : born) << "  "
      << registry::view_of(candidate.id) << "  ";
  for (std::size_t i = 0; i < candidate.reasons.size(); ++i) {
    const candidates::Reason& reason = candidate.reasons[i];
    out << (i == 0 ? "" : ", ") << name_of(reason.fact) << ' ' << name_of(reason.agreement)
        << (reason.is_former ? " (former)" : "");
  }
  out << (candidate.through_predecessor ? "; of who was merged or linked into them" : "") << '\n';
}

/// Answers one question; true when somebody fits.
Result<bool> answer(OpenedRegistry& opened, const HelpNumberFlags& flags, Console& console,
                    const v1::CandidateQuestion& question) {
  const auto found = candidates::find_candidates(
      *opened.registry, question.wanted,
      {registry::Access::legal_basis, candidates::HelpNumbersSeen::all}, question.limit);
  if (!found) {
    return tl::unexpected(found.error());
  }
  std::vector<std::string> persons;
  for (const candidates::Candidate& candidate : found->candidates) {
    auto person = person_of(opened, candidate.entity, question.parts);
    if (!person) {
      return tl::unexpected(person.error());
    }
    persons.push_back(std::move(*person));
  }
  if (auto noted = note(opened, flags, console, question, found->candidates); !noted) {
    return tl::unexpected(noted.error());
  }
  std::string out = R"({"candidates":[)";
  for (std::size_t i = 0; i < persons.size(); ++i) {
    if (flags.json) {
      out += i == 0 ? "" : ",";
      v1::append_candidate(out, found->candidates[i], opened.registry->ids(), persons[i]);
    } else {
      print_candidate(found->candidates[i], persons[i], console.out);
    }
  }
  if (flags.json) {
    console.out << out << R"(],"cutShort":)" << (found->is_cut_short ? "true" : "false") << "}\n";
  } else if (persons.empty() || found->is_cut_short) {
    console.err << "grunndata: "
                << (persons.empty() ? "nobody fits" : "others may fit as well; tell more facts")
                << '\n';
  }
  return !persons.empty();
}

int answer_lines(OpenedRegistry& opened, const HelpNumberFlags& flags, Console& console,
                 const registry::PersonPartSet& parts) {
  std::ifstream file;
  if (flags.file != "-") {
    file.open(console.path_of(flags.file), std::ios::binary);
    if (!file) {
      return report_error(console.err, {ErrorCode::not_found, "cannot read " + flags.file});
    }
  }
  std::istream& in = flags.file == "-" ? console.in : file;
  int status = exit_ok;
  std::string text;
  for (std::uint64_t line = 1; !console.stop() && std::getline(in, text); ++line) {
    auto question = question_in(text);
    Result<bool> answered = question ? Result<bool>(true) : tl::unexpected(question.error());
    if (question) {
      question->parts = question->parts.any() ? question->parts : parts;
      answered = answer(opened, flags, console, *question);
    }
    if (!answered && answered.error().code != ErrorCode::invalid) {
      return report_error(console.err, answered.error());
    }
    if (!answered) {
      print_line_fault(line, answered.error(), flags.json, console);
    }
    const int now = !answered ? exit_usage : *answered ? exit_ok : exit_not_found;
    status = status == exit_ok || now == exit_usage ? now : status;
  }
  if (in.bad()) { // a directory, for one
    return report_error(console.err, {ErrorCode::storage, "cannot read " + flags.file});
  }
  return console.stop() ? exit_interrupted : status;
}

} // namespace

int find_candidates_of(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto parts = parts_of(flags);
  const auto given = check_reason(opened, flags.reason);
  if (!parts || !given) {
    return report_error(console.err, parts ? given.error() : parts.error());
  }
  if (!flags.file.empty()) {
    return answer_lines(opened, flags, console, *parts);
  }
  auto question = question_of(flags);
  if (!question) {
    return report_error(console.err, question.error());
  }
  question->parts = *parts;
  const auto found = answer(opened, flags, console, *question);
  if (!found) {
    return report_error(console.err, found.error());
  }
  return *found ? exit_ok : exit_not_found;
}

} // namespace grunndata::tools
