#include "api/api.h"

#include "api/access/problems.h"
#include "api/audit_trail.h"
#include "api/context.h"
#include "api/gate.h"
#include "api/operations/metrics.h"
#include "api/person_key.h"
#include "api/problems.h"
#include "api/routes.h"
#include "api/source_age.h"
#include "registry/commit_listener.h"
#include "registry/log_tips.h"
#include "registry/reading.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_set>
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

constexpr int status_too_many = 429;

/// A client that asks too often is written down once a minute, or it could fill the log.
class OncePerMinute {
public:
  bool is_first(const std::string& client) {
    constexpr std::int64_t minute = 60'000'000;
    const std::int64_t present = registry::now().microseconds / minute;
    const std::lock_guard lock(mutex_);
    if (present != minute_) {
      minute_ = present;
      clients_.clear();
    }
    return clients_.insert(client).second;
  }

private:
  std::mutex mutex_;
  std::int64_t minute_ = 0;
  std::unordered_set<std::string> clients_;
};

} // namespace

struct Api::Impl {
  Impl(registry::Registry& registry, ApiOptions given)
      : options(completed(std::move(given), registry.environment())),
        source_age(registry, options.source_stands_still), metrics(route_facts().size()),
        gate(options), tips(registry), exports(options.exports_max),
        context{registry, options, source_age, metrics, tips, server, exports} {}

  void handle(const RouteFacts& facts, const http::Request& request, http::Response& response);
  void handle_waited(const RouteFacts& facts, const http::Request& request,
                     http::Response& response);
  /// Admits the request and runs its handler, with everything it did in the audit log afterwards.
  void handle_admitted(const RouteFacts& facts, const http::Request& request,
                       http::Response& response, const std::shared_ptr<const Admission>& admission);
  /// A protected practitioner's name stays out of what patients read.
  void note_protected_user(access::Caller& caller) const;
  void log_denied(const RouteFacts& facts, const http::Request& request,
                  const access::Caller& caller, const access::Denial& denial);

  ApiOptions options;
  SourceAge source_age;
  Metrics metrics;
  Gate gate;
  OncePerMinute too_many;
  registry::LogTips tips;
  std::atomic<const http::Server*> server{nullptr};
  v1::ExportSlots exports;
  Context context;
  std::unique_ptr<registry::CommitListeners::Subscription> commits; ///< while attached
};

void Api::Impl::handle(const RouteFacts& facts, const http::Request& request,
                       http::Response& response) {
  if (facts.interface != Interface::operations) source_age.stamp(response);
  if (request.has_waited) return handle_waited(facts, request, response);
  if (request.carried) {
    return handle_admitted(facts, request, response,
                           std::static_pointer_cast<const Admission>(request.carried));
  }
  if (!request.in_pool && gate.may_wait(facts, request)) {
    response.needs_pool = true;
    return;
  }
  access::Caller refused;
  auto admitted = gate.admit(facts, request, response, refused);
  if (!admitted) {
    if (refused.claims) log_denied(facts, request, refused, admitted.error());
    return refuse(request, response, admitted.error());
  }
  note_protected_user(admitted->caller);
  handle_admitted(facts, request, response,
                  std::make_shared<const Admission>(std::move(*admitted)));
}

/// Its token and proof were good, and are not looked at again; what the client may see is.
void Api::Impl::handle_waited(const RouteFacts& facts, const http::Request& request,
                              http::Response& response) {
  const auto before = std::static_pointer_cast<const Admission>(request.carried);
  auto again = gate.admit_again(facts, *before);
  if (!again) {
    log_denied(facts, request, before->caller, again.error());
    return refuse(request, response, again.error());
  }
  handle_admitted(facts, request, response, std::make_shared<const Admission>(std::move(*again)));
}

void Api::Impl::note_protected_user(access::Caller& caller) const {
  if (caller.claims->user_pid.empty()) return;
  const PersonKey user = person_key(caller.claims->user_pid, *options.rules);
  registry::Reading reading;
  caller.user_protected = user.key && context.registry.lookup(*user.key, reading) &&
                          reading.protection() != registry::Grading::unclassified;
}

void Api::Impl::handle_admitted(const RouteFacts& facts, const http::Request& request,
                                http::Response& response,
                                const std::shared_ptr<const Admission>& admission) {
  access::add_rate_limit_header(admission->allowance, response);
  AuditTrail trail(options.audit, admission->caller, request, facts.operation_id);
  Call call{admission->caller, admission->access, trail};
  facts.handler(context, call, request, response);
  if (response.waiting.at_most.count() > 0) {
    response.carried = admission;
    return;
  }
  if (call.emergency_until) {
    response.add_header("Grunndata-Break-Glass",
                        "until=" + registry::format_instant(*call.emergency_until));
  }
  if (trail.must_wait() && !request.in_pool) {
    response.carried = admission; // a proof is good only once
    response.needs_pool = true;
    return;
  }
  gate.charge(admission->caller, trail.persons_shown());
  if (const auto logged = trail.write(response.status); !logged) {
    response.reset();
    source_age.stamp(response);
    refuse(request, response, access::problem::audit_unavailable);
  }
}

void Api::Impl::log_denied(const RouteFacts& facts, const http::Request& request,
                           const access::Caller& caller, const access::Denial& denial) {
  if (denial.kind->status == status_too_many && !too_many.is_first(caller.claims->client_id)) {
    return;
  }
  AuditTrail trail(options.audit, caller, request, facts.operation_id);
  trail.add(registry::audit::Act::denied).outcome = denial.kind->code;
  // The answer tells nothing; if this cannot be written, readiness says so.
  static_cast<void>(trail.write(denial.kind->status));
}

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
    route.lane = facts.lane;
    route.body_bytes_max = facts.body_bytes_max;
    route.handler = [impl = impl_.get(), &facts, index](const http::Request& request,
                                                        http::Response& response) {
      const InFlight in_flight(impl->metrics, index);
      impl->handle(facts, request, response);
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
    const bool tells_age = request.path.starts_with("/api/") || request.path.starts_with("/v1/");
    if (tells_age) impl->source_age.stamp(response);
    refuse(request, response, error.kind, error.detail);
  };
  options.observe = [impl = impl_.get()](const http::Observation& observation) {
    impl->metrics.observe(observation);
  };
}

void Api::attach(http::Server& server) {
  impl_->server.store(&server, std::memory_order_release);
  impl_->commits = impl_->context.registry.commit_listeners().add(
      [&server](std::uint64_t) { server.wake_waiting(); });
}

void Api::detach() noexcept {
  impl_->commits.reset();
  impl_->server.store(nullptr, std::memory_order_release);
}

} // namespace grunndata::api
