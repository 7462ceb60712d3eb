// What every handler is given besides the request.
#pragma once

#include "api/api.h"
#include "api/call.h"
#include "api/http/message.h"
#include "api/operations/metrics.h"
#include "api/source_age.h"
#include "api/v1/export/slots.h"
#include "registry/log_tips.h"
#include "registry/registry.h"

#include <atomic>

namespace grunndata::api {

/// Lives as long as the `Api`; handlers of many threads share it.
struct Context {
  registry::Registry& registry;
  const ApiOptions& options;
  const SourceAge& source_age;
  Metrics& metrics;
  registry::LogTips& tips; ///< for requests that wait for events
  const std::atomic<const http::Server*>& server; ///< null until `Api::attach`
  v1::ExportSlots& exports;
};

using HandlerFunction = void (*)(Context&, Call&, const http::Request&, http::Response&);

} // namespace grunndata::api
