#include "registry/audit/own_log.h"

#include <algorithm>

namespace grunndata::registry::audit {

namespace {

constexpr std::size_t number_digits_min = 11;

std::string_view role_of(const Record& record) {
  if (!record.actor.user_hpr.empty()) {
    return "health personnel";
  }
  if (!record.actor.os_user.empty()) {
    return "administrator";
  }
  const bool somebody = !record.actor.user_name.empty() || !record.actor.user_key.empty();
  return somebody ? "employee" : "system";
}

std::int64_t delay_of(std::string_view purpose) {
  const auto row = std::ranges::find(own_log_delays, purpose, &OwnLogDelay::purpose);
  return row == own_log_delays.end() ? 0 : std::chrono::microseconds(row->delay).count();
}

/// A name as a token gave it may hold anything; a run of digits as long as a person's number is
/// taken out.
std::string without_numbers(std::string_view text) {
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') {
      ++end;
    }
    if (end - at >= number_digits_min) {
      kept += "…";
      at = end;
    } else {
      end = std::max(end, at + 1);
      kept += text.substr(at, end - at);
      at = end;
    }
  }
  return kept;
}

} // namespace

std::optional<OwnLogEntry> own_log_entry(const Record& record, Instant now, bool staff_protected) {
  const auto act = std::ranges::find(own_log_acts, record.act, &OwnLogAct::act);
  if (act == own_log_acts.end() || act->showing == Showing::hidden) {
    return std::nullopt;
  }
  if (now.microseconds - record.time.microseconds < delay_of(record.reason.purpose_of_use)) {
    return std::nullopt;
  }
  OwnLogEntry entry;
  entry.time = record.time;
  entry.act = act->word;
  entry.role = role_of(record);
  if (!record.actor.user_protected && !staff_protected) {
    entry.practitioner = without_numbers(record.actor.user_name);
  }
  entry.organisation = record.actor.organisation;
  entry.organisation_parent = record.actor.organisation_parent;
  entry.system = without_numbers(record.actor.client_name.empty() ? record.actor.client_id
                                                                  : record.actor.client_name);
  entry.purpose = record.reason.purpose_of_use;
  entry.linked = record.asked.has_value();
  entry.emergency = record.emergency || record.act == Act::break_glass;
  return entry;
}

} // namespace grunndata::registry::audit
