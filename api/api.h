// The whole surface of the service over one registry: routes, errors and measurements.
#pragma once

#include "api/access/denial.h"
#include "api/http/message.h"
#include "api/http/route.h"
#include "api/http/server.h"
#include "api/webhooks/address.h"
#include "identifiers/kinds.h"
#include "registry/access.h"
#include "registry/registry.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grunndata::registry {
class BreakGlass;
class Clients;
class Kodeverk;
class SpaceGuard;
class Links;
class Subscriptions;
namespace audit {
class Log;
} // namespace audit
namespace hjelpenummer {
class Blocks;
class HelpNumbers;
} // namespace hjelpenummer
namespace virksomhet {
class Authority;
} // namespace virksomhet
} // namespace grunndata::registry

namespace grunndata::api {

namespace access {
class Authenticator;
class NumberQuota;
class RateLimiter;
} // namespace access

/// How callers are let in. All that is pointed at must outlive the `Api`.
struct AccessControl {
  /// Null: a demonstration. Everybody may do everything, which is for synthetic persons and
  /// loopback only.
  access::Authenticator* authenticator = nullptr;
  registry::Clients* clients = nullptr; ///< needed with an authenticator; null: none to administer
  access::RateLimiter* limiter = nullptr;                   ///< null: no limits
  access::NumberQuota* number_quota = nullptr;              ///< null: no limits
  registry::BreakGlass* break_glass = nullptr;              ///< null: nobody has break-glass
  access::TokenType api_tokens = access::TokenType::bearer; ///< for paths under /api
  access::TokenType v1_tokens = access::TokenType::dpop;    ///< for paths under /v1
};

/// A figure of somebody else, shown on /metrics as it is.
struct MetricSample {
  std::string name; ///< Prometheus' rules: grunndata_import_records_total
  std::string help;
  double value = 0;
  bool is_counter = false; ///< else a gauge
};

/// A line of readiness about something of the caller's own. It never makes the service unready.
struct ReadinessNote {
  bool is_good = true;
  std::string name;
  std::string what;
};

struct ApiOptions {
  AccessControl access{};
  /// Null: nothing is logged; for tests, benchmarks and demonstrations.
  registry::audit::Log* audit = nullptr;
  /// Null: the operations about hjelpenumre answer 503.
  registry::hjelpenummer::HelpNumbers* help_numbers = nullptr;
  registry::hjelpenummer::Blocks* blocks = nullptr; ///< null: no blocks for downtime, 503
  registry::Links* links = nullptr;                 ///< null: nothing can be linked, 503
  registry::Subscriptions* subscriptions = nullptr; ///< null: nobody can subscribe, 503
  registry::Kodeverk* kodeverk = nullptr;           ///< null: no code lists, 503
  /// Whose word counts for a field of a unit; null: as shipped.
  const registry::virksomhet::Authority* authority = nullptr;
  webhooks::AddressRules webhook_addresses{};       ///< what a webhook's URL may be
  /// Shown by readiness; null: no line about it.
  registry::SpaceGuard* space = nullptr;
  /// What callers of /v1 see in a demonstration.
  registry::Access v1_access = registry::Access::legal_basis;
  std::size_t exports_max = 2;                 ///< carried out at once; beyond them 503
  std::chrono::seconds export_time_max{86'400}; ///< of one; then it is cut
  /// How numbers are judged; unset: the defaults of the registry's environment.
  std::optional<identifiers::Rules> rules{};
  std::string version{"0"}; ///< of the program, for /version
  std::string build{};      ///< "Release", "Debug" …; may be empty
  /// Called at each scrape, from any thread.
  std::function<std::vector<MetricSample>()> import_figures{};
  /// Whether the source that is followed answers, and has told of nothing new for too long. Called
  /// for each answer, from any thread: one load. Unset: never.
  std::function<bool()> source_stands_still{};
  /// Called for each question about readiness, from any thread; must not block.
  std::function<std::vector<ReadinessNote>()> readiness_notes{};
};

/// Owns what handlers use: it must outlive the server, and the registry must outlive it.
class Api {
public:
  Api(registry::Registry& registry, ApiOptions options);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  /// Fresh routes whose handlers point into this object.
  [[nodiscard]] registry::Result<http::RouteTable> routes();

  /// Sets `render_error` and `observe`.
  void prepare(http::ServerOptions& options);
  /// From here /readyz knows about draining, /metrics about connections, and commits wake requests
  /// that wait for events. The server must stay until `detach`.
  void attach(http::Server& server);
  void detach() noexcept;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace grunndata::api
