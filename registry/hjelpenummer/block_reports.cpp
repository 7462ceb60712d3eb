// What is told afterwards of numbers that were used on paper.
#include "registry/hjelpenummer/block_store.h"
#include "registry/hjelpenummer/help_number_rules.h"
#include "registry/hjelpenummer/hiding.h"
#include "registry/keys.h"
#include "registry/registry_impl.h"

#include <algorithm>

namespace grunndata::registry::hjelpenummer {

namespace {

Instant later(Instant from, std::chrono::microseconds by) noexcept {
  return {from.microseconds + by.count()};
}

Result<void> check(const UsedNumber& used, Instant when) {
  if (!is_fhn(used.number)) {
    return fail(ErrorCode::invalid, "number is a felles hjelpenummer");
  }
  if (used.used > later(when, clock_ahead_max)) {
    return fail(ErrorCode::invalid, "used does not lie in the future");
  }
  if (auto sound = check_facts(used.facts, when); !sound) {
    return sound;
  }
  if (used.newborn) {
    if (auto sound = check_newborn(*used.newborn, later(when, clock_ahead_max)); !sound) {
      return sound;
    }
  }
  return check_note("reason", used.reason);
}

Result<void> check(const ReportRequest& request, Instant when) {
  if (auto sound = check_organisation(request.organisation); !sound) {
    return sound;
  }
  if (request.used.empty() || request.used.size() > report_count_max) {
    return fail(ErrorCode::invalid, "used is 1 to 500 numbers");
  }
  for (std::size_t place = 0; place < request.used.size(); ++place) {
    if (auto sound = check(request.used[place], when); !sound) {
      return fail(sound.error().code,
                  "used[" + std::to_string(place) + "]." + sound.error().message);
    }
  }
  return {};
}

bool is_unused(const HelpNumber& number) noexcept {
  return number.state == State::reserved || number.state == State::burnt;
}

/// One report, inside its commit.
struct Reporting {
  Transaction& transaction;
  HelpNumbers& numbers;
  const ReportRequest& request;
  const Block& block;
  Instant when;

  /// Why the number cannot simply come into use; empty: it can. Texts for a human.
  [[nodiscard]] std::string_view contradiction(const std::optional<HelpNumber>& number,
                                               const std::vector<StoredReport>& before) const {
    if (request.organisation != block.organisation) {
      return "an organisation reported use of a block that is another's";
    }
    if (!number || number->state == State::elsewhere) {
      return "a number was reported as used that was never given out here";
    }
    if (number->block != block.number) {
      return "a number was reported as used from a block that it is not of";
    }
    if (is_unused(*number)) {
      return {};
    }
    return std::ranges::any_of(before, &StoredReport::followed)
               ? "a number was reported as used again, with other facts or at another time"
               : "a number was reported as used that is not free for it any more";
  }

  [[nodiscard]] std::string_view outside_time(const UsedNumber& used) const {
    if (used.used < block.reserved) {
      return "a number was used before its block was reserved, says its report";
    }
    return used.used > block.expires ? "a number was used after its block had expired"
                                     : std::string_view{};
  }

  Result<std::uint64_t> open_item(std::string_view text, const std::string& number,
                                  const std::optional<EntityId>& entity) const {
    WorkItem item;
    item.kind = WorkKind::block_conflict;
    // What two organisations disagree on, neither of them decides.
    item.organisation =
        request.organisation == block.organisation ? block.organisation : std::string();
    if (entity) {
      item.persons.push_back(*entity);
    }
    item.about = block.number;
    item.number_text = number;
    item.text = text;
    item.opened_by = request.by;
    item.opened = when;
    return open_work(transaction, std::move(item));
  }

  Result<ReportedNumber> follow(const UsedNumber& used) const {
    auto reports = find_reports(transaction, used.number);
    auto number =
        reports ? find_number(transaction, fhn_of(used.number)) : tl::unexpected(reports.error());
    if (!number) {
      return tl::unexpected(number.error());
    }
    ReportedNumber reported;
    reported.number = used.number;
    reported.entity = *number ? (*number)->entity : std::nullopt;
    for (const StoredReport& before : *reports) {
      if (before.is(request, used, *number)) {
        reported.result = ReportResult::known;
        reported.work = before.work;
        return reported;
      }
    }
    if (reports->size() >= reports_per_number_max) {
      return fail(ErrorCode::out_of_range, "too many different reports came about one number");
    }
    const auto hidden =
        reported.entity ? hides(transaction, *reported.entity) : Result<bool>(false);
    if (!hidden) {
      return tl::unexpected(hidden.error());
    }
    UsedNumber kept = used;
    if (*hidden) {
      leave_places_out(kept.facts, kept.reason);
    }
    StoredReport report{.block = block.number,
                        .followed = true,
                        .work = 0,
                        .organisation = request.organisation,
                        .by = request.by,
                        .told = when,
                        .used = used.used,
                        .trace = trace_of(used),
                        .kept = std::nullopt};
    std::string_view text = contradiction(*number, *reports);
    if (text.empty()) {
      auto taken = bring_into_use(transaction, numbers, std::move(**number), used, report);
      if (!taken) {
        return tl::unexpected(taken.error());
      }
      reported.entity = taken->entity;
      text = outside_time(used);
    } else {
      report.followed = false;
      report.kept = std::move(kept);
      reported.result = ReportResult::conflict;
    }
    if (!text.empty()) {
      const auto opened = open_item(text, used.number, reported.entity);
      if (!opened) {
        return tl::unexpected(opened.error());
      }
      report.work = *opened;
      reported.work = *opened;
    }
    reports->push_back(std::move(report));
    put_reports(transaction, used.number, *reports);
    return reported;
  }

  static Result<HelpNumber> bring_into_use(Transaction& transaction, HelpNumbers& numbers,
                                           HelpNumber number, const UsedNumber& used,
                                           const StoredReport& report) {
    number.organisation = report.organisation;
    number.issued = used.used;
    number.issued_by = report.by;
    number.newborn = used.newborn;
    FactItem item{report.told, report.by, used.reason, used.facts};
    if (used.facts.empty() && !used.reason.empty()) {
      number.items.push_back(item);
    }
    return numbers.take_into_use(transaction, std::move(number), std::move(item));
  }
};

/// Does what a report says although it contradicted what was known: a human has decided.
Result<void> carry_out(Transaction& transaction, const Registry& registry, HelpNumbers& numbers,
                       const StoredReport& report, Instant when) {
  const UsedNumber& used = *report.kept;
  auto found = find_number(transaction, fhn_of(used.number));
  if (!found) {
    return tl::unexpected(found.error());
  }
  StoredReport told = report;
  told.told = when;
  if (*found && is_unused(**found)) {
    const auto taken =
        Reporting::bring_into_use(transaction, numbers, std::move(**found), used, told);
    return taken ? Result<void>{} : tl::unexpected(taken.error());
  }
  const bool takes_facts = *found && !(*found)->erased &&
                           ((*found)->state == State::issued || (*found)->state == State::linked ||
                            (*found)->state == State::dead);
  if (!takes_facts) {
    return fail(ErrorCode::conflict,
                "the number's state does not let the report be accepted; refuse it");
  }
  HelpNumber& number = **found;
  const auto hidden = number.entity ? hides(transaction, *number.entity) : Result<bool>(false);
  if (!hidden) {
    return tl::unexpected(hidden.error());
  }
  number.changed = when;
  if (!number.newborn) {
    number.newborn = used.newborn;
  }
  if (!used.facts.empty() || !used.reason.empty()) {
    number.items.push_back({when, report.by, used.reason, used.facts});
    if (*hidden) {
      leave_places_out(number.items.back().facts, number.items.back().reason);
    }
  }
  return put_number(transaction, registry.ids(), number,
                    EventType::updated_alternate_identification_number);
}

/// The report that led to the item and is still to be decided on; nothing when none is.
std::vector<StoredReport>::iterator kept_for(std::vector<StoredReport>& reports,
                                             std::uint64_t work) {
  return std::ranges::find_if(reports, [work](const StoredReport& report) {
    return report.work == work && report.kept.has_value();
  });
}

} // namespace

std::string_view name_of(ReportResult result) noexcept {
  switch (result) {
    case ReportResult::in_use: return "in-use";
    case ReportResult::known: return "known";
    case ReportResult::conflict: return "conflict";
  }
  return {};
}

Result<ReportOutcome> Blocks::report(ReportRequest request) {
  if (auto sound = check(request, options_.clock()); !sound) {
    return tl::unexpected(sound.error());
  }
  ReportOutcome outcome;
  const auto work = [&](Transaction& transaction) -> Result<void> {
    if (request.key) {
      auto kept = kept_answer(transaction, *request.key, request.request_hash);
      if (!kept) {
        return tl::unexpected(kept.error());
      }
      if (*kept) {
        outcome.replayed = std::move(**kept);
        return {};
      }
    }
    const auto block = find_block(transaction, request.block);
    if (!block) {
      return tl::unexpected(block.error());
    }
    const Reporting reporting{transaction, numbers_, request, *block, options_.clock()};
    for (const UsedNumber& used : request.used) {
      auto reported = reporting.follow(used);
      if (!reported) {
        return tl::unexpected(reported.error());
      }
      outcome.numbers.push_back(std::move(*reported));
    }
    if (request.key && request.answer) {
      keep_answer(transaction, *request.key, request.answer(outcome.numbers));
    }
    return {};
  };
  const auto written = registry_.impl().queue->run(work);
  if (!written) {
    return tl::unexpected(written.error());
  }
  return outcome;
}

Result<ConflictingReport> Blocks::conflict(std::uint64_t work) const {
  const auto item = work_item(registry_, work);
  if (!item) {
    return tl::unexpected(item.error());
  }
  store::Pinned pin;
  const auto found =
      registry_.impl().store->get(store::Family::block, item->number_text, pin, nullptr);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (item->kind == WorkKind::block_conflict && *found) {
    auto reports = read_reports(pin.view());
    if (!reports) {
      return fail(ErrorCode::corrupt, "the reports about a hjelpenummer cannot be read");
    }
    if (const auto report = kept_for(*reports, work); report != reports->end()) {
      return ConflictingReport{report->block, std::move(report->organisation),
                               std::move(report->by), report->told, std::move(*report->kept)};
    }
  }
  return fail(ErrorCode::not_found, "nothing is kept beside the work item");
}

Result<WorkItem> Blocks::settle(std::uint64_t work, WorkDecision decision) {
  if (auto sound = check_note("note", decision.note); !sound) {
    return tl::unexpected(sound.error());
  }
  WorkItem settled;
  const auto written = registry_.impl().queue->run([&](Transaction& transaction) -> Result<void> {
    auto item = work_item(transaction, work);
    if (!item) {
      return tl::unexpected(item.error());
    }
    if (item->kind != WorkKind::block_conflict) {
      return fail(ErrorCode::invalid, "the work item is no conflict about a block");
    }
    decision.when = options_.clock();
    if (auto decided = decide_work(transaction, work, decision); !decided) {
      return decided;
    }
    item->decision = decision;
    settled = std::move(*item);
    auto reports = find_reports(transaction, settled.number_text);
    if (!reports) {
      return tl::unexpected(reports.error());
    }
    const auto report = kept_for(*reports, work);
    if (report == reports->end()) {
      return {};
    }
    if (decision.accepted) {
      if (auto done = carry_out(transaction, registry_, numbers_, *report, decision.when); !done) {
        return done;
      }
      report->followed = true;
    }
    report->kept.reset();
    put_reports(transaction, settled.number_text, *reports);
    return {};
  });
  if (!written) {
    return tl::unexpected(written.error());
  }
  return settled;
}

} // namespace grunndata::registry::hjelpenummer
