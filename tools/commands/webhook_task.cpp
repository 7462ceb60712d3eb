#include "tools/commands/webhook_task.h"

#include "tools/logging/log.h"

namespace grunndata::tools {

namespace {

using api::webhooks::Notice;

void log_notice(const Notice& notice) {
  switch (notice.kind) {
    case Notice::Kind::failing:
      return log::warn("webhooks", "deliveries to a receiver fail, and are tried again",
                       {{"subscription", notice.subscription},
                        {"receiver", notice.origin},
                        {"why", notice.why},
                        {"status", notice.status}});
    case Notice::Kind::recovered:
      return log::info("webhooks", "a receiver takes deliveries again",
                       {{"subscription", notice.subscription}, {"receiver", notice.origin}});
    case Notice::Kind::paused:
      return log::warn("webhooks", "a subscription is paused until somebody resumes it",
                       {{"subscription", notice.subscription},
                        {"receiver", notice.origin},
                        {"why", notice.why}});
    case Notice::Kind::ended:
      return log::info("webhooks", "a subscription has ended; its cohort is gone",
                       {{"subscription", notice.subscription}, {"why", notice.why}});
  }
}

} // namespace

api::webhooks::AddressRules webhook_addresses(const config::Config& config) {
  const bool demo = config.access.mode == config::AccessMode::demo;
  return {.allow_http = demo || config.webhooks.allow_http,
          .allow_private = demo || config.webhooks.allow_private};
}

api::webhooks::DispatcherOptions dispatcher_options(const config::Config& config) {
  const config::WebhookConfig& webhooks = config.webhooks;
  api::webhooks::DispatcherOptions options;
  options.transfers.addresses = webhook_addresses(config);
  options.transfers.timeout = std::chrono::milliseconds(webhooks.timeout_ms);
  options.transfers.connect_timeout = options.transfers.timeout / 2;
  options.transfers.ca_file = webhooks.ca_file.string();
  options.under_way_max = webhooks.deliveries_max;
  options.events_max = webhooks.events_max;
  options.retry_first = std::chrono::milliseconds(webhooks.retry_first_ms);
  options.retry_max = std::chrono::seconds(webhooks.retry_max_seconds);
  options.give_up_after = std::chrono::hours(webhooks.give_up_hours);
  options.told = log_notice;
  return options;
}

std::vector<api::MetricSample> webhook_figures(const api::webhooks::DispatcherFigures& figures) {
  const auto sample = [](const char* name, const char* help, std::uint64_t value, bool is_counter) {
    return api::MetricSample{name, help, static_cast<double>(value), is_counter};
  };
  return {
      sample("grunndata_webhook_deliveries_total", "Deliveries that receivers took",
             figures.deliveries, true),
      sample("grunndata_webhook_events_total", "Events in them", figures.events, true),
      sample("grunndata_webhook_failures_total", "Deliveries that failed, each try counted",
             figures.failures, true),
      sample("grunndata_webhook_subscriptions_active", "Subscriptions with a webhook",
             figures.active, false),
      sample("grunndata_webhook_subscriptions_paused", "Those that are paused", figures.paused,
             false),
      sample("grunndata_webhook_subscriptions_failing", "Active ones whose last delivery failed",
             figures.failing, false),
      sample("grunndata_webhook_behind",
             "Numbers of the log between the active one furthest behind and the newest",
             figures.behind, false),
  };
}

} // namespace grunndata::tools
