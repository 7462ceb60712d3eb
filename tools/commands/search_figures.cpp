#include "tools/commands/search_figures.h"

#include <chrono>
#include <string>

namespace grunndata::tools {

using registry::virksomhet::search::SearchFigures;

namespace {

api::MetricSample gauge(const char* name, const char* help, double value) {
  return {name, help, value, false};
}

} // namespace

std::vector<api::MetricSample> search_samples(const SearchFigures& figures) {
  return {
      gauge("grunndata_search_ready", "Whether nodes can be searched", figures.is_ready ? 1 : 0),
      gauge("grunndata_search_nodes", "Nodes that can be found",
            static_cast<double>(figures.nodes)),
      gauge("grunndata_search_words", "Words and codes they are found by",
            static_cast<double>(figures.words)),
      gauge("grunndata_search_bytes", "Memory that search takes, estimated",
            static_cast<double>(figures.bytes)),
      gauge("grunndata_search_newest_sequence", "Newest of the log that search knows of",
            static_cast<double>(figures.sequence)),
      gauge("grunndata_search_reading_seconds", "What it took to read all nodes, the last time",
            std::chrono::duration<double>(figures.reading_took).count()),
  };
}

std::vector<api::MetricSample> relation_samples(const registry::virksomhet::LiveFigures& figures) {
  return {
      gauge("grunndata_relations_in_memory",
            "Whether relations of nodes are in memory; else the store answers",
            figures.is_loaded ? 1 : 0),
      gauge("grunndata_relations", "Relations of nodes in memory",
            static_cast<double>(figures.relations)),
      gauge("grunndata_relations_bytes", "Memory that they take",
            static_cast<double>(figures.bytes)),
  };
}

api::ReadinessNote search_note(const SearchFigures& figures) {
  if (!figures.is_ready) {
    return {false, "search", "nodes are being read; searches answer that they are unavailable"};
  }
  return {true, "search", std::to_string(figures.nodes) + " nodes can be searched"};
}

} // namespace grunndata::tools
