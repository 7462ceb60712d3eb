// `grunndata hjelpenummer block report`.
#include "api/v1/hjelpenummer/block_json.h"
#include "registry/audit/log.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/hjelpenummer_block_flags.h"
#include "tools/commands/hjelpenummer_block_lines.h"
#include "tools/commands/hjelpenummer_output.h"

#include <cstddef>
#include <fstream>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace grunndata::tools {

namespace {

namespace hn = registry::hjelpenummer;
using registry::ErrorCode;
using registry::fail;
using registry::Result;
using registry::audit::Act;

constexpr int status_done = 200;

bool is_of_the_line(ErrorCode code) noexcept {
  return code == ErrorCode::invalid || code == ErrorCode::out_of_range;
}

/// One run of the command: lines are gathered, reported together, and told one by one.
class Report {
public:
  Report(const BlockFlags& flags, OpenedRegistry& opened, Console& console,
         std::string organisation)
      : flags_(flags), opened_(opened), console_(console), organisation_(std::move(organisation)) {}

  int run(std::istream& in);

private:
  /// Reports what is gathered: all at once, or, when a line does not hold, each by itself.
  Result<void> send();
  Result<void> send(std::vector<UsedLine> lines);
  Result<void> note(const std::vector<hn::ReportedNumber>& numbers);
  void tell(const hn::ReportedNumber& number);
  void tell_fault(std::uint64_t line, const registry::Error& error);

  const BlockFlags& flags_;
  OpenedRegistry& opened_;
  Console& console_;
  std::string organisation_;
  std::vector<UsedLine> gathered_;
  std::size_t waiting_ = 0; ///< numbers that wait for somebody to decide
  int status_ = exit_ok;
};

void Report::tell_fault(std::uint64_t line, const registry::Error& error) {
  print_line_fault(line, error, flags_.json, console_);
  status_ = status_ == exit_ok ? exit_status_of(error.code) : status_;
}

void Report::tell(const hn::ReportedNumber& number) {
  waiting_ += number.work != 0 && number.result != hn::ReportResult::known ? 1 : 0;
  if (flags_.json) {
    std::string out;
    api::v1::append_reported(out, number, opened_.registry->ids());
    console_.out << out << '\n';
    return;
  }
  console_.out << number.number << "  " << name_of(number.result);
  if (number.work != 0) {
    console_.out << "  work item " << number.work;
  }
  console_.out << '\n';
}

Result<void> Report::note(const std::vector<hn::ReportedNumber>& numbers) {
  if (!opened_.audit) {
    return {};
  }
  auto record = command_record(console_, Act::issued, "hjelpenummer block report");
  record.actor.organisation = organisation_;
  record.reason.text = "block " + std::to_string(flags_.block);
  record.status = status_done;
  record.outcome = "ok";
  std::vector<registry::audit::Record> records{record};
  for (const hn::ReportedNumber& number : numbers) {
    if (number.result == hn::ReportResult::in_use) {
      records.push_back(record);
      records.back().subject = number.entity;
      records.back().outcome = name_of(number.result);
    }
  }
  const auto written = opened_.audit->append(records);
  return written ? Result<void>{} : tl::unexpected(written.error());
}

Result<void> Report::send(std::vector<UsedLine> lines) {
  hn::ReportRequest request;
  request.by.os_user = console_.os_user;
  request.by.organisation = organisation_;
  request.organisation = organisation_;
  request.block = flags_.block;
  for (UsedLine& line : lines) {
    request.used.push_back(std::move(line.used));
  }
  const auto outcome = opened_.blocks->report(std::move(request));
  if (!outcome) {
    return tl::unexpected(outcome.error());
  }
  if (auto noted = note(outcome->numbers); !noted) {
    return noted;
  }
  for (const hn::ReportedNumber& number : outcome->numbers) {
    tell(number);
  }
  return {};
}

Result<void> Report::send() {
  const std::vector<UsedLine> lines = std::exchange(gathered_, {});
  if (lines.empty()) {
    return {};
  }
  auto sent = send(lines);
  if (sent || !is_of_the_line(sent.error().code)) {
    return sent;
  }
  for (const UsedLine& line : lines) {
    sent = send(std::vector{line});
    if (!sent && !is_of_the_line(sent.error().code)) {
      return sent;
    }
    if (!sent) {
      constexpr std::string_view place = "used[0].";
      registry::Error error = sent.error();
      error.message.erase(0, error.message.starts_with(place) ? place.size() : 0);
      tell_fault(line.line, error);
    }
  }
  return {};
}

int Report::run(std::istream& in) {
  UsedLines lines(in, opened_.mapping.rules);
  bool more = true;
  while (more && !console_.stop()) {
    UsedLine line;
    const auto read = lines.next(line);
    if (!read && (lines.is_lost() || read.error().code != ErrorCode::invalid)) {
      return report_error(console_.err, read.error());
    }
    more = !read || *read;
    if (!read) {
      tell_fault(line.line, read.error());
    } else if (more) {
      gathered_.push_back(std::move(line));
    }
    if (!more || gathered_.size() == hn::report_count_max) {
      if (const auto sent = send(); !sent) {
        return report_error(console_.err, sent.error());
      }
    }
  }
  if (waiting_ != 0) {
    console_.err << waiting_ << " of them wait for somebody to decide: see `grunndata hjelpenummer "
                 << "queue`\n";
  }
  return more ? exit_interrupted : status_;
}

} // namespace

int report_block(const BlockFlags& flags, OpenedRegistry& opened, Console& console) {
  std::ifstream file;
  if (flags.file != "-") {
    file.open(console.path_of(flags.file), std::ios::binary);
    if (!file) {
      return report_error(console.err, {ErrorCode::not_found, "cannot read " + flags.file});
    }
  }
  const auto block = opened.blocks->show(flags.block);
  const auto able = block ? can_audit(opened) : Result<void>(tl::unexpected(block.error()));
  if (!able) {
    return report_error(console.err, able.error());
  }
  Report report(flags, opened, console,
                flags.organisation.empty() ? block->organisation : flags.organisation);
  return report.run(flags.file == "-" ? console.in : file);
}

} // namespace grunndata::tools
