#include "tools/commands/sync_audit.h"

#include "registry/audit/subject_set.h"
#include "registry/import_batch.h"
#include "tools/commands/command_audit.h"

#include <charconv>

namespace grunndata::tools {

namespace {

using registry::Result;

/// Where a stretch without a record began; nothing when there is none.
Result<std::optional<std::uint64_t>> left_open(const registry::Registry& registry,
                                               const std::string& mark) {
  const auto kept = registry::read_mark(registry, mark);
  if (!kept) return tl::unexpected(kept.error());
  std::uint64_t first = 0;
  if (!*kept) return std::optional<std::uint64_t>();
  const std::string& text = **kept;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), first);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
    return registry::fail(registry::ErrorCode::corrupt,
                          "where following was last recorded cannot be read");
  }
  return std::optional(first);
}

} // namespace

bool SyncAudit::is_long() const {
  return Clock::now() - began_ >= options_.stretch ||
         opened_.registry->newest_sequence() + 1 - first_ >= options_.events_max;
}

Result<void> SyncAudit::begin() {
  if (!opened_.audit) return {};
  if (auto able = can_audit(opened_); !able) return able;
  if (open_ && !is_long()) return {};
  if (open_) {
    if (auto ended = end({}); !ended) return ended;
  }
  const auto left = left_open(*opened_.registry, options_.mark);
  if (!left) return tl::unexpected(left.error());
  first_ = left->value_or(opened_.registry->newest_sequence() + 1);
  if (!*left) {
    const auto kept =
        registry::write_mark(*opened_.registry, options_.mark, std::to_string(first_));
    if (!kept) return kept;
  }
  began_ = Clock::now();
  before_ = options_.counted();
  open_ = true;
  return {};
}

Result<void> SyncAudit::rest() { return open_ && is_long() ? end({}) : Result<void>(); }

Result<void> SyncAudit::end(const Result<void>& outcome, Counts counts) {
  if (!open_) return {};
  const auto subjects = registry::audit::subject_set(*opened_.registry, first_,
                                                     opened_.registry->newest_sequence() + 1,
                                                     registry::Access::legal_basis);
  if (!subjects) return tl::unexpected(subjects.error());
  registry::audit::Record record;
  record.act = registry::audit::Act::imported;
  record.kind = registry::audit::Class::important;
  record.actor.os_user = options_.os_user;
  record.operation = options_.operation;
  record.subjects = *subjects;
  std::string& text = record.reason.purpose_details;
  text = "source=" + options_.source;
  const auto note = [&text](std::string_view name, std::uint64_t count) {
    text.append(1, ' ').append(name).append(1, '=').append(std::to_string(count));
  };
  const auto now = options_.counted();
  for (std::size_t i = 0; i < now.size(); ++i) {
    note(now[i].first, now[i].second - before_[i].second);
  }
  for (const auto& [name, count] : counts) note(name, count);
  if (auto written = audit(opened_, std::move(record), outcome); !written) return written;
  open_ = false;
  return registry::write_mark(*opened_.registry, options_.mark, {});
}

} // namespace grunndata::tools
