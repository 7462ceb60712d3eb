// The commands of `grunndata hjelpenummer` that do one thing with each number they read.
#include "registry/hjelpenummer/help_number_rules.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/hjelpenummer_flags.h"
#include "tools/commands/hjelpenummer_lines.h"
#include "tools/commands/hjelpenummer_output.h"
#include "tools/commands/reason.h"

#include <functional>
#include <ostream>
#include <string_view>

namespace grunndata::tools {

namespace {

namespace hn = registry::hjelpenummer;
using registry::ErrorCode;
using registry::fail;
using registry::IdentifierKey;
using registry::Result;
using registry::audit::Act;

/// What a command does with a number.
struct NumberWork {
  std::string_view operation;
  Act act = Act::issued;
  LineForm form = LineForm::number;
  NumberDetail detail = NumberDetail::status;
  bool in_full = false; ///< for people, everything that is known
  std::function<Result<hn::HelpNumber>(hn::HelpNumbers&, const IdentifierKey&, HelpNumberLine&)>
      work{};
};

bool is_of_the_line(ErrorCode code) noexcept {
  return code == ErrorCode::not_found || code == ErrorCode::invalid || code == ErrorCode::conflict;
}

/// The number as it is after the work, noted in the log whatever came of it.
Result<hn::HelpNumber> do_one(const NumberWork& work, const HelpNumberFlags& flags,
                              OpenedRegistry& opened, const Console& console,
                              HelpNumberLine& line) {
  const auto key = key_of(line, opened.mapping.rules);
  if (!key) {
    return tl::unexpected(key.error());
  }
  auto done = work.work(*opened.help_numbers, *key, line);
  const bool missed = !done && done.error().code == ErrorCode::not_found;
  auto record = command_record(console, missed ? Act::miss : work.act, work.operation);
  record.reason.text = flags.reason;
  if (done) {
    record.subject = done->entity;
  }
  const auto logged =
      audit(opened, std::move(record), done ? Result<void>{} : tl::unexpected(done.error()));
  return logged ? done : tl::unexpected(logged.error());
}

int do_each(const NumberWork& work, const HelpNumberFlags& flags, OpenedRegistry& opened,
            Console& console) {
  HelpNumberLines lines;
  auto able = lines.open(flags, work.form, opened.mapping.rules, console);
  able = able ? check_reason(opened, flags.reason) : able;
  able = able ? can_audit(opened) : able;
  if (!able) {
    return report_error(console.err, able.error());
  }
  int status = exit_ok;
  HelpNumberLine line;
  while (!console.stop()) {
    const auto more = lines.next(line);
    if (more && !*more) {
      return status;
    }
    const auto done = more ? do_one(work, flags, opened, console, line)
                           : Result<hn::HelpNumber>(tl::unexpected(more.error()));
    if (!done && !is_of_the_line(done.error().code)) {
      return report_error(console.err, done.error());
    }
    if (!done) {
      print_line_fault(line.line, done.error(), flags.json, console);
      status = status == exit_ok ? exit_status_of(done.error().code) : status;
    } else if (work.in_full && !flags.json) {
      print_number_in_full(*done, opened, console.out);
    } else {
      print_number(*done, opened, work.detail, flags.json, console.out);
    }
  }
  return exit_interrupted;
}

registry::Actor operator_of(const HelpNumberFlags& flags, const Console& console) {
  registry::Actor by;
  by.os_user = console.os_user;
  by.organisation = flags.organisation;
  return by;
}

} // namespace

int show_numbers(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  NumberWork work{"hjelpenummer show", Act::read, LineForm::number, NumberDetail::facts, true, {}};
  work.work = [](hn::HelpNumbers& numbers, const IdentifierKey& key, HelpNumberLine&) {
    return numbers.show(key);
  };
  return do_each(work, flags, opened, console);
}

int update_numbers(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  if (!flags.reason.empty()) {
    if (const auto sound = hn::check_reason(flags.reason); !sound) {
      return report_error(console.err, sound.error());
    }
  }
  NumberWork work{"hjelpenummer update", Act::issued, LineForm::number_and_facts,
                  NumberDetail::facts,   false,       {}};
  work.work = [&flags, &console](hn::HelpNumbers& numbers, const IdentifierKey& key,
                                 HelpNumberLine& line) {
    return numbers.update(key,
                          {{}, operator_of(flags, console), flags.reason, std::move(line.facts)});
  };
  return do_each(work, flags, opened, console);
}

int register_local_numbers(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  NumberWork work{"hjelpenummer local", Act::issued, LineForm::number_and_facts,
                  NumberDetail::facts,  false,       {}};
  work.work = [&flags, &console](hn::HelpNumbers& numbers, const IdentifierKey& key,
                                 HelpNumberLine& line) -> Result<hn::HelpNumber> {
    if (key.assigner.empty()) {
      return fail(ErrorCode::invalid, "a local number has an assigner");
    }
    hn::HelpNumber like;
    like.number = key.text;
    like.assigner = key.assigner;
    like.organisation = flags.organisation;
    like.reason = flags.reason;
    like.issued_by = operator_of(flags, console);
    if (!line.facts.empty()) {
      like.items.push_back({registry::now(), like.issued_by, {}, std::move(line.facts)});
    }
    return numbers.register_local(std::move(like));
  };
  return do_each(work, flags, opened, console);
}

int cancel_numbers(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto why = hn::cancel_reason_of(flags.cancel_class);
  if (!why) {
    return report_error(console.err,
                        {ErrorCode::invalid, "--class is issued-by-mistake, issued-twice, "
                                             "never-used or other"});
  }
  NumberWork work{"hjelpenummer cancel"};
  work.work = [&flags, &console, why](hn::HelpNumbers& numbers, const IdentifierKey& key,
                                      HelpNumberLine&) {
    return numbers.cancel(key, *why, operator_of(flags, console), flags.reason);
  };
  return do_each(work, flags, opened, console);
}

int mark_numbers_dead(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  NumberWork work{"hjelpenummer dead"};
  work.work = [&flags, &console](hn::HelpNumbers& numbers, const IdentifierKey& key,
                                 HelpNumberLine&) {
    return numbers.mark_dead(key, operator_of(flags, console), flags.reason);
  };
  return do_each(work, flags, opened, console);
}

int erase_numbers(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  NumberWork work{"hjelpenummer erase"};
  work.work = [&flags, &console](hn::HelpNumbers& numbers, const IdentifierKey& key,
                                 HelpNumberLine&) {
    return numbers.erase(key, operator_of(flags, console));
  };
  return do_each(work, flags, opened, console);
}

} // namespace grunndata::tools
