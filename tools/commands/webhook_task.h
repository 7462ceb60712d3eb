// Sending events to receivers beside a running server.
#pragma once

#include "api/webhooks/dispatcher.h"
#include "tools/config/config.h"

#include <vector>

namespace grunndata::tools {

/// What receivers' URLs may be, by the configuration.
[[nodiscard]] api::webhooks::AddressRules webhook_addresses(const config::Config& config);

/// As the configuration says, every notice logged.
[[nodiscard]] api::webhooks::DispatcherOptions dispatcher_options(const config::Config& config);

/// For /metrics.
[[nodiscard]] std::vector<api::MetricSample>
webhook_figures(const api::webhooks::DispatcherFigures& figures);

} // namespace grunndata::tools
