#include "tools/commands/subscriptions.h"

#include "api/v1/cursor.h"
#include "api/v1/subscriptions/subscription_json.h"
#include "api/webhooks/address.h"
#include "registry/subscriptions/subscriptions.h"
#include "tools/administration/command_host.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <ostream>
#include <string>

namespace grunndata::tools {

namespace {

using registry::ErrorCode;
using registry::fail;
using registry::Result;
using registry::SubscriptionNow;

struct SubscriptionFlags {
  config::ConfigSources sources;
  std::uint64_t number = 0;
  std::string after;
  std::string since;
  bool json = false;
};

/// With legal basis or without: what its client may be told of, at most.
Result<std::uint64_t> newest_told(const OpenedRegistry& opened, const SubscriptionNow& now) {
  return opened.registry->newest_told(now.subscription->legal_basis
                                          ? registry::Access::legal_basis
                                          : registry::Access::no_legal_basis);
}

/// One object: the subscription and, in `deliveries`, its webhook.
Result<std::string> json_of(const OpenedRegistry& opened, const SubscriptionNow& now) {
  const auto newest = newest_told(opened, now);
  if (!newest) {
    return tl::unexpected(newest.error());
  }
  std::string out;
  api::v1::append_subscription(out, now);
  out.pop_back();
  out += R"(,"clientId":")" + now.subscription->client_id + R"(","deliveries":)";
  api::v1::append_deliveries(out, now, *newest, opened.registry->epoch());
  return out += '}';
}

std::string state_of(const SubscriptionNow& now) {
  std::string state(name_of(now.subscription->state));
  const std::string_view reason = name_of(now.subscription->reason);
  if (!reason.empty()) {
    state.append(" (").append(reason).append(")");
  } else if (now.place.failures != 0) {
    state.append(", failing (").append(now.place.problem).append(")");
  }
  return state;
}

std::string time_or_dash(const std::optional<registry::Instant>& when) {
  return when ? format_instant(*when) : std::string("-");
}

int print(const OpenedRegistry& opened, const SubscriptionNow& now, bool json, Console& console) {
  const registry::Subscription& subscription = *now.subscription;
  if (json) {
    const auto text = json_of(opened, now);
    if (!text) {
      return report_error(console.err, text.error());
    }
    console.out << *text << '\n';
    return exit_ok;
  }
  const auto newest = newest_told(opened, now);
  if (!newest) {
    return report_error(console.err, newest.error());
  }
  const std::uint64_t behind = *newest + 1 > now.place.next ? *newest + 1 - now.place.next : 0;
  console.out << subscription.number << "  " << subscription.client_id << "  "
              << (subscription.organisation.empty() ? "-" : subscription.organisation) << "  "
              << (subscription.everyone ? "everyone" : std::to_string(now.members) + " members")
              << "  " << state_of(now) << "  ";
  if (subscription.webhook) {
    console.out << api::webhooks::origin_of(subscription.webhook->url) << "  behind " << behind
                << '\n';
  } else {
    console.out << "no webhook\n";
  }
  return exit_ok;
}

void print_in_full(const SubscriptionNow& now, std::ostream& stream) {
  const registry::Subscription& subscription = *now.subscription;
  const registry::DeliveryPlace& place = now.place;
  stream << "id:             " << subscription.number
         << "\nclient:         " << subscription.client_id
         << "\norganisation:   "
         << (subscription.organisation.empty() ? "-" : subscription.organisation)
         << "\npurpose:        " << subscription.purpose
         << "\nabout:          "
         << (subscription.everyone ? "everyone" : std::to_string(now.members) + " members")
         << "\nlegal basis:    " << (subscription.legal_basis ? "yes" : "no")
         << "\nholdback:       " << api::v1::format_duration(subscription.holdback)
         << "\ncreated:        " << format_instant(subscription.created)
         << "\nexpires:        " << format_instant(subscription.expires)
         << "\nstate:          " << state_of(now) << '\n';
  if (!subscription.webhook) {
    return;
  }
  stream << "receiver:       " << api::webhooks::origin_of(subscription.webhook->url)
         << "\ndeliveries:     " << place.deliveries << ", " << place.events << " events"
         << "\nfailures:       " << place.failures
         << "\nlast status:    " << place.last_status
         << "\nlast success:   " << time_or_dash(place.last_success)
         << "\nfailing since:  " << time_or_dash(place.failing_since)
         << "\nnext try:       " << time_or_dash(place.next_try) << '\n';
}

int list(const SubscriptionFlags& flags, OpenedRegistry& opened, Console& console) {
  for (const SubscriptionNow& now : opened.subscriptions->list()) {
    if (const int status = print(opened, now, flags.json, console); status != exit_ok) {
      return status;
    }
  }
  return exit_ok;
}

int show(const SubscriptionFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto now = opened.subscriptions->find(flags.number);
  if (!now) {
    return report_error(console.err, {ErrorCode::not_found, "there is no such subscription"});
  }
  if (flags.json) {
    return print(opened, *now, true, console);
  }
  print_in_full(*now, console.out);
  return exit_ok;
}

using Change = std::function<Result<SubscriptionNow>(OpenedRegistry&)>;

int administer(const SubscriptionFlags& flags, OpenedRegistry& opened, Console& console,
               std::string_view word, const Change& change) {
  if (const auto able = can_audit(opened); !able) {
    return report_error(console.err, able.error());
  }
  const auto changed = change(opened);
  const Result<void> done = changed ? Result<void>{} : tl::unexpected(changed.error());
  auto record = command_record(console, registry::audit::Act::administered,
                               std::string("subscriptions ").append(word));
  record.reason.text = std::string("subscription ").append(std::to_string(flags.number));
  const auto logged = audit(opened, std::move(record), done);
  if (!done || !logged) {
    return report_error(console.err, done ? logged.error() : done.error());
  }
  return print(opened, *changed, flags.json, console);
}

int pause(const SubscriptionFlags& flags, OpenedRegistry& opened, Console& console) {
  return administer(flags, opened, console, "pause", [&flags](OpenedRegistry& in) {
    return in.subscriptions->pause(flags.number, registry::PauseReason::by_operator);
  });
}

int resume(const SubscriptionFlags& flags, OpenedRegistry& opened, Console& console) {
  return administer(flags, opened, console, "resume", [&flags](OpenedRegistry& in) {
    return in.subscriptions->resume(flags.number);
  });
}

/// The sequence that `--after` or `--since` means; the oldest without either.
Result<std::uint64_t> place_of(const SubscriptionFlags& flags, const OpenedRegistry& opened) {
  if (!flags.after.empty()) {
    const auto cursor = api::v1::read_cursor(flags.after);
    if (!cursor || cursor->epoch != opened.registry->epoch() ||
        cursor->from > opened.registry->newest_sequence() + 1) {
      return fail(ErrorCode::invalid, "--after is no cursor of this registry as it is now");
    }
    return cursor->from;
  }
  if (flags.since.empty()) {
    return 0;
  }
  const auto when = registry::parse_instant(flags.since);
  if (!when) {
    return fail(ErrorCode::invalid, "--since is a date or an RFC 3339 date-time");
  }
  const auto sequence = opened.registry->sequence_at(*when);
  if (!sequence && sequence.error().code == ErrorCode::not_known_then) {
    return 0;
  }
  return sequence ? Result<std::uint64_t>(*sequence + 1) : sequence;
}

int replay(const SubscriptionFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto from = place_of(flags, opened);
  if (!from) {
    return report_error(console.err, from.error());
  }
  const auto now = opened.subscriptions->find(flags.number);
  if (now && !now->subscription->webhook) {
    return report_error(console.err, {ErrorCode::conflict, "the subscription has no webhook"});
  }
  return administer(flags, opened, console, "replay", [&flags, &from](OpenedRegistry& in) {
    return in.subscriptions->replay(flags.number, *from);
  });
}

using Command = int (*)(const SubscriptionFlags&, OpenedRegistry&, Console&);

struct CommandText {
  const char* name;
  const char* about;
  const char* example;
};

/// A subcommand with what all of them take; `work` runs with its flags.
std::pair<CLI::App*, std::shared_ptr<SubscriptionFlags>>
subcommand(CLI::App& group, const CommandText& text, CommandHost& host, int& exit_status,
           Command work) {
  CLI::App* command = group.add_subcommand(text.name, text.about);
  command->footer(text.example);
  auto flags = std::make_shared<SubscriptionFlags>();
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command->add_flag("--json", flags->json, "One JSON object a line");
  command->callback([flags, work, &host, &exit_status] {
    exit_status = host.run(flags->sources, {}, [&](OpenedRegistry& opened, Console& console) {
      return work(*flags, opened, console);
    });
  });
  return {command, flags};
}

} // namespace

void add_subscriptions_command(CLI::App& program, CommandHost& host, int& exit_status) {
  CLI::App* group = program.add_subcommand(
      "subscriptions", "Who is told of what happens, and how their webhooks fare");
  group->require_subcommand(1);
  subcommand(*group,
             {"list", "All of them, a line each",
              "grunndata subscriptions list --data DIR --json"},
             host, exit_status, list);
  const std::array<std::pair<CommandText, Command>, 4> of_one{{
      {{"show", "One in full", "grunndata subscriptions show --data DIR 3"}, show},
      {{"pause", "Send nothing until it is resumed",
        "grunndata subscriptions pause --data DIR 3"},
       pause},
      {{"resume", "Go on at once where it stood", "grunndata subscriptions resume --data DIR 3"},
       resume},
      {{"replay", "Send again, from the oldest event or from a place on",
        "grunndata subscriptions replay --data DIR --since 2030-01-01 3"},
       replay},
  }};
  for (const auto& [text, work] : of_one) {
    const auto [command, flags] = subcommand(*group, text, host, exit_status, work);
    command->add_option("id", flags->number, "As `subscriptions list` shows it")->required();
    if (work != replay) continue;
    auto* after = command->add_option("--after", flags->after, "A cursor of /v1/events");
    command->add_option("--since", flags->since, "What was recorded after then")->excludes(after);
  }
}

} // namespace grunndata::tools
