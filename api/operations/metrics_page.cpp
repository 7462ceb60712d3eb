#include "api/operations/metrics_page.h"

#include "api/routes.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace grunndata::api {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Families = std::vector<MetricFamily>;

constexpr std::array<const char*, status_classes> status_class_names{"2xx", "3xx", "4xx", "5xx"};

MetricFamily family(std::string name, std::string help, MetricType type) {
  MetricFamily made;
  made.name = std::move(name);
  made.help = std::move(help);
  made.type = type;
  return made;
}

void add_one(Families& families, std::string name, std::string help, double value,
             MetricType type = MetricType::Gauge) {
  MetricFamily made = family(std::move(name), std::move(help), type);
  ClientMetric metric;
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  made.metric.push_back(std::move(metric));
  families.push_back(std::move(made));
}

template <typename Count>
void add_count(Families& families, std::string name, std::string help, Count value) {
  add_one(families, std::move(name), std::move(help), static_cast<double>(value),
          MetricType::Counter);
}

std::string route_label(std::size_t route) {
  const auto facts = route_facts();
  return route < facts.size() ? std::string(facts[route].operation_id) : std::string("none");
}

ClientMetric::Histogram histogram_of(const LatencyTotals& totals) {
  ClientMetric::Histogram histogram;
  std::uint64_t cumulative = 0;
  for (std::size_t bucket = 0; bucket < latency_bounds_s.size(); ++bucket) {
    cumulative += totals.counts[bucket];
    ClientMetric::Bucket shown;
    shown.cumulative_count = cumulative;
    shown.upper_bound = latency_bounds_s[bucket];
    histogram.bucket.push_back(shown);
  }
  histogram.sample_count = totals.count();
  histogram.sample_sum = totals.seconds;
  return histogram;
}

void add_requests(Families& families, const MetricsTotals& totals) {
  MetricFamily seconds = family("grunndata_http_request_seconds",
                                "From the complete request to the written answer, by route and "
                                "class of status",
                                MetricType::Histogram);
  MetricFamily in_flight = family("grunndata_http_requests_in_flight",
                                  "Handlers running now, by route", MetricType::Gauge);
  LatencyTotals all;
  for (std::size_t route = 0; route < totals.routes.size(); ++route) {
    for (std::size_t status = 0; status < status_classes; ++status) {
      const LatencyTotals& one = totals.routes[route][status];
      if (one.count() == 0) continue;
      ClientMetric metric;
      metric.label = {{"route", route_label(route)}, {"class", status_class_names[status]}};
      metric.histogram = histogram_of(one);
      seconds.metric.push_back(std::move(metric));
      all.request_bytes += one.request_bytes;
      all.response_bytes += one.response_bytes;
    }
    if (route >= totals.in_flight.size()) continue;
    ClientMetric metric;
    metric.label = {{"route", route_label(route)}};
    metric.gauge.value = static_cast<double>(totals.in_flight[route]);
    in_flight.metric.push_back(std::move(metric));
  }
  families.push_back(std::move(seconds));
  families.push_back(std::move(in_flight));
  add_count(families, "grunndata_http_request_body_bytes_total", "Bodies received",
            all.request_bytes);
  add_count(families, "grunndata_http_response_body_bytes_total", "Bodies sent",
            all.response_bytes);
  add_count(families, "grunndata_persontjenesten_unknown_fields_total",
            "Query and form fields under /api that no operation knows", totals.unknown_fields);
}

void add_connections(Families& families, const http::Server* server) {
  if (server == nullptr) return;
  const http::ServerStats stats = server->stats();
  add_count(families, "grunndata_http_connections_accepted_total", "Connections accepted",
            stats.connections_accepted);
  add_count(families, "grunndata_http_connections_refused_total", "Connections above a limit",
            stats.connections_refused);
  add_one(families, "grunndata_http_connections_open", "Connections open now",
          static_cast<double>(stats.connections_open));
  add_count(families, "grunndata_http_requests_total", "Requests answered, errors included",
            stats.requests);
  add_one(families, "grunndata_http_pool_queued", "Requests waiting for the pool",
          static_cast<double>(stats.pool_queued));
  add_count(families, "grunndata_http_pool_refused_total", "Requests turned away by a full pool",
            stats.pool_refused);
  add_one(families, "grunndata_http_waiting", "Requests that wait for events",
          static_cast<double>(stats.waiting));
  add_count(families, "grunndata_http_sent_too_far_total",
            "Connections ended since they sent too far ahead", stats.sent_too_far);
  add_one(families, "grunndata_http_slow_readers", "Answers being drained to slow readers",
          static_cast<double>(stats.slow_readers));
  add_count(families, "grunndata_http_slow_readers_cut_total", "Slow readers cut off",
            stats.slow_readers_cut);
  add_one(families, "grunndata_http_unsent_bytes", "Bytes waiting for slow readers",
          static_cast<double>(stats.unsent_bytes));
}

void add_exports(Families& families, const v1::ExportSlots& exports) {
  add_one(families, "grunndata_exports_running", "Exports running now",
          static_cast<double>(exports.running()));
  add_count(families, "grunndata_exports_whole_total", "Exports made to their end",
            exports.whole());
  add_count(families, "grunndata_exports_cut_total", "Exports that ended before", exports.cut());
  add_count(families, "grunndata_exported_persons_total", "Persons given out by exports",
            exports.persons());
}

void add_registry(Families& families, Context& context) {
  if (const auto age_s = context.source_age.seconds()) {
    add_one(families, "grunndata_source_age_seconds", "Since the newest source was read",
            static_cast<double>(*age_s));
  }
  const auto figures = context.registry.figures();
  if (!figures) return;
  add_one(families, "grunndata_entities", "Entities stored, estimated",
          static_cast<double>(figures->entities_estimate));
  add_count(families, "grunndata_events_total", "Newest sequence number of the log",
            figures->newest_sequence);
  add_one(families, "grunndata_quarantined", "Records in quarantine",
          static_cast<double>(figures->quarantined));
  add_one(families, "grunndata_store_disk_bytes", "Size of the data directory's files",
          static_cast<double>(figures->disk_bytes));
  add_one(families, "grunndata_store_cache_bytes", "Block cache in use",
          static_cast<double>(figures->cache_bytes_used));
  add_one(families, "grunndata_store_memtable_bytes", "Writes held in memory",
          static_cast<double>(figures->memtable_bytes));
  add_one(families, "grunndata_store_write_stalled", "1 while the store makes writers wait",
          figures->write_stalled ? 1 : 0);
}

} // namespace

void show_metrics(Context& context, Call&, const http::Request&, http::Response& response) {
  Families families;
  add_requests(families, context.metrics.totals());
  add_connections(families, context.server.load(std::memory_order_acquire));
  add_exports(families, context.exports);
  add_registry(families, context);
  if (context.options.import_figures) {
    for (MetricSample& sample : context.options.import_figures()) {
      add_one(families, std::move(sample.name), std::move(sample.help), sample.value,
              sample.is_counter ? MetricType::Counter : MetricType::Gauge);
    }
  }
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families);
  response.content_type = http::content_type::prometheus;
  response.body += text.view();
}

} // namespace grunndata::api
