#include "tools/commands/sync_figures.h"

#include <algorithm>

namespace grunndata::tools {

namespace {

namespace sync = importers::folkeregisteret::sync;
using registry::Instant;

constexpr std::int64_t micro = 1'000'000;

std::optional<std::int64_t> seconds_since(std::int64_t us, Instant now) {
  if (us == 0) return std::nullopt;
  return std::max<std::int64_t>(0, now.microseconds - us) / micro;
}

} // namespace

SyncFigures sync_figures(sync::SyncTotals& totals, std::uint64_t pointer,
                         std::int64_t newest_event_us, Instant now) {
  SyncFigures figures;
  figures.pointer = pointer;
  figures.newest = std::max(totals.newest.load(), pointer);
  figures.lag_events = figures.newest - pointer;
  figures.newest_event_age_seconds = seconds_since(newest_event_us, now);
  figures.answered_seconds_ago = seconds_since(totals.asked_us, now);
  figures.lag_seconds = figures.lag_events > 0 || totals.fresh_us == 0
                            ? figures.newest_event_age_seconds
                            : seconds_since(totals.fresh_us, now);
  figures.events_per_second = totals.event_rate.per_second();
  figures.persons_per_second = totals.person_rate.per_second();
  return figures;
}

std::vector<api::MetricSample> sync_samples(sync::SyncTotals& totals, Instant now) {
  const SyncFigures figures = sync_figures(totals, totals.pointer, totals.newest_event_us, now);
  const auto counter = [](const char* name, const char* help, std::uint64_t value) {
    return api::MetricSample{name, help, static_cast<double>(value), true};
  };
  const auto gauge = [](const char* name, const char* help, double value) {
    return api::MetricSample{name, help, value, false};
  };
  const auto number = [](std::uint64_t value) { return static_cast<double>(value); };
  std::vector<api::MetricSample> samples{
      counter("grunndata_sync_events_total", "Events of the source dealt with", totals.events),
      counter("grunndata_sync_persons_total", "Documents fetched from the source", totals.persons),
      counter("grunndata_sync_persons_written_total", "Persons changed by following the source",
              totals.written),
      counter("grunndata_sync_requests_total", "Requests to the source", totals.fetch.requests),
      counter("grunndata_sync_retries_total", "Requests to the source sent again",
              totals.fetch.retries),
      counter("grunndata_sync_quarantined_total", "Persons refused, or not given by the source",
              totals.quarantined),
      counter("grunndata_sync_unknown_total", "Of these, not given by the source", totals.unknown),
      counter("grunndata_sync_late_events_total", "Events that appeared below the pointer",
              totals.late),
      counter("grunndata_sync_respools_total", "Times the numbers of the feed came to mean others",
              totals.respools),
      gauge("grunndata_sync_running", "Whether the source is followed now", totals.running ? 1 : 0),
      gauge("grunndata_sync_pointer", "Newest event dealt with", number(figures.pointer)),
      gauge("grunndata_sync_newest", "Newest event that the source has told of",
            number(figures.newest)),
      gauge("grunndata_sync_lag_events", "Numbers between the two", number(figures.lag_events)),
      gauge("grunndata_sync_gaps", "Runs of numbers passed over that are still asked for",
            number(totals.gaps)),
      gauge("grunndata_sync_events_per_second", "Events dealt with, over the last minute",
            figures.events_per_second),
      gauge("grunndata_sync_persons_per_second", "Documents fetched, over the last minute",
            figures.persons_per_second),
      gauge("grunndata_sync_frozen", "Whether the source answers without anything new",
            totals.frozen ? 1 : 0),
  };
  const auto add = [&](const char* name, const char* help, std::optional<std::int64_t> seconds) {
    if (seconds) samples.push_back(gauge(name, help, static_cast<double>(*seconds)));
  };
  add("grunndata_sync_lag_seconds",
      "Since the newest event dealt with was recorded, or since nothing more was known of",
      figures.lag_seconds);
  add("grunndata_sync_newest_event_age_seconds", "Since the newest event was recorded",
      figures.newest_event_age_seconds);
  add("grunndata_sync_answered_seconds_ago", "Since the source last answered",
      figures.answered_seconds_ago);
  return samples;
}

} // namespace grunndata::tools
