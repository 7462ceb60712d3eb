// How far search over nodes and their relations in memory have come, for /metrics and /readyz.
#pragma once

#include "api/api.h"
#include "registry/virksomhet/live_relations.h"
#include "registry/virksomhet/search/node_search.h"

#include <vector>

namespace grunndata::tools {

/// For /metrics. The figures of a search that is not ready are 0.
[[nodiscard]] std::vector<api::MetricSample>
search_samples(const registry::virksomhet::search::SearchFigures& figures);

/// For /metrics. The figures of what is not in memory are 0.
[[nodiscard]] std::vector<api::MetricSample>
relation_samples(const registry::virksomhet::LiveFigures& figures);

/// Good once there is something to search through.
[[nodiscard]] api::ReadinessNote
search_note(const registry::virksomhet::search::SearchFigures& figures);

} // namespace grunndata::tools
