#include "api/api.h"

#include "api/context.h"
#include "api/operations/metrics.h"
#include "api/problems.h"
#include "api/routes.h"
#include "api/source_age.h"

#include <atomic>
#include <utility>
#include <vector>

namespace grunndata::api {
namespace {

ApiOptions completed(ApiOptions options, registry::Environment environment) {
  if (options.rules) return options;
  options.rules = identifiers::rules_for(environment == registry::Environment::production
                                             ? identifiers::Environment::production
                                             : identifiers::Environment::test);
  return options;
}

class InFlight {
public:
  InFlight(Metrics& metrics, std::size_t route) noexcept : metrics_(metrics), route_(route) {
    metrics_.begin(route_);
  }
  ~InFlight() { metrics_.end(route_); }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

private:
  Metrics& metrics_;
  std::size_t route_;
};

} // namespace

struct Api::Impl {
  Impl(registry::Registry& registry, ApiOptions given)
      : options(completed(std::move(given), registry.environment())), source_age(registry),
        metrics(route_facts().size()),
        context{registry, options, source_age, metrics, server} {}

  ApiOptions options;
  SourceAge source_age;
  Metrics metrics;
  std::atomic<const http::Server*> server{nullptr};
  Context context;
};

Api::Api(registry::Registry& registry, ApiOptions options)
    : impl_(std::make_unique<Impl>(registry, std::move(options))) {}
Api::~Api() = default;

registry::Result<http::RouteTable> Api::routes() {
  std::vector<http::Route> routes;
  std::size_t index = 0;
  for (const RouteFacts& facts : route_facts()) {
    http::Route route;
    route.method = facts.method;
    route.path = facts.path;
    route.operation_id = facts.operation_id;
    route.scope = facts.scope;
    route.lane = facts.lane;
    route.body_bytes_max = facts.body_bytes_max;
    const bool tells_age = facts.interface != Interface::operations;
    route.handler = [impl = impl_.get(), handler = facts.handler, index,
                     tells_age](const http::Request& request, http::Response& response) {
      const InFlight in_flight(impl->metrics, index);
      if (tells_age) impl->source_age.stamp(response);
      handler(impl->context, request, response);
    };
    routes.push_back(std::move(route));
    ++index;
  }
  return http::RouteTable::build(std::move(routes));
}

void Api::prepare(http::ServerOptions& options) {
  options.render_error = [impl = impl_.get()](const http::Request& request,
                                              const http::ErrorInfo& error,
                                              http::Response& response) {
    const bool tells_age =
        request.path.starts_with("/api/") || request.path.starts_with("/v1/");
    if (tells_age) impl->source_age.stamp(response);
    refuse(request, response, error.kind, error.detail);
  };
  options.observe = [impl = impl_.get()](const http::Observation& observation) {
    impl->metrics.observe(observation);
  };
}

void Api::attach(const http::Server& server) noexcept {
  impl_->server.store(&server, std::memory_order_release);
}

void Api::detach() noexcept { impl_->server.store(nullptr, std::memory_order_release); }

} // namespace grunndata::api
