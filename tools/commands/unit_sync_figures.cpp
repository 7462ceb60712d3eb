#include "tools/commands/unit_sync_figures.h"

#include <algorithm>
#include <string>

namespace grunndata::tools {

namespace {

namespace sync = importers::enhetsregisteret::sync;
using registry::Instant;

constexpr std::int64_t micro = 1'000'000;

std::optional<std::int64_t> seconds_since(std::int64_t us, Instant now) {
  if (us == 0) return std::nullopt;
  return std::max<std::int64_t>(0, now.microseconds - us) / micro;
}

api::MetricSample sample(std::string_view name, const char* help, double value, bool is_counter) {
  return {std::string("grunndata_sync_enhetsregisteret_").append(name), help, value, is_counter};
}

} // namespace

UnitSyncFigures unit_sync_figures(sync::SyncTotals& totals, std::int64_t newest_event_us,
                                  Instant now) {
  UnitSyncFigures figures;
  for (const auto& feed : totals.feeds) figures.waiting += feed.waiting;
  figures.newest_event_age_seconds = seconds_since(newest_event_us, now);
  figures.answered_seconds_ago = seconds_since(totals.asked_us, now);
  figures.lag_seconds = figures.waiting > 0 || totals.fresh_us == 0
                            ? figures.newest_event_age_seconds
                            : seconds_since(totals.fresh_us, now);
  figures.events_per_second = totals.event_rate.per_second();
  figures.units_per_second = totals.unit_rate.per_second();
  return figures;
}

std::vector<api::MetricSample> unit_sync_samples(sync::SyncTotals& totals, Instant now) {
  const UnitSyncFigures figures = unit_sync_figures(totals, totals.newest_event_us, now);
  std::vector<api::MetricSample> samples;
  const auto counter = [&samples](std::string_view name, const char* help, std::uint64_t value) {
    samples.push_back(sample(name, help, static_cast<double>(value), true));
  };
  const auto gauge = [&samples](std::string_view name, const char* help, double value) {
    samples.push_back(sample(name, help, value, false));
  };
  counter("events_total", "Events of the feeds dealt with", totals.events);
  counter("units_total", "Documents read, those of the full files among them", totals.units);
  counter("units_written_total", "Units changed by following the source", totals.written);
  counter("requests_total", "Requests to the source", totals.fetch.requests);
  counter("retries_total", "Requests to the source sent again", totals.fetch.retries);
  counter("quarantined_total", "Units refused", totals.quarantined);
  gauge("running", "Whether the source is followed now", totals.running ? 1 : 0);
  gauge("frozen", "Whether the source answers without anything new", totals.frozen ? 1 : 0);
  gauge("owed", "Units and roles told of and not given yet", static_cast<double>(totals.owed));
  for (const sync::Kind kind : sync::kinds) {
    const auto& feed = totals.feeds[static_cast<std::size_t>(kind)];
    gauge(std::string("pointer_").append(name_of(kind)), "Newest event of the feed dealt with",
          static_cast<double>(feed.pointer));
  }
  gauge("waiting", "Events told of and not dealt with", static_cast<double>(figures.waiting));
  gauge("events_per_second", "Events dealt with, over the last minute",
        figures.events_per_second);
  gauge("units_per_second", "Documents read, over the last minute", figures.units_per_second);
  const auto add = [&gauge](std::string_view name, const char* help,
                            std::optional<std::int64_t> seconds) {
    if (seconds) gauge(name, help, static_cast<double>(*seconds));
  };
  add("lag_seconds",
      "Since the newest event dealt with was told of, or since nothing more was known of",
      figures.lag_seconds);
  add("newest_event_age_seconds", "Since the newest event was told of",
      figures.newest_event_age_seconds);
  add("answered_seconds_ago", "Since the source last answered", figures.answered_seconds_ago);
  return samples;
}

} // namespace grunndata::tools
