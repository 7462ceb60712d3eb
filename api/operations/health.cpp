#include "api/operations/health.h"

#include "api/access/authenticator.h"
#include "api/http/problem.h"
#include "registry/audit/log.h"
#include "registry/hjelpenummer/help_numbers.h"
#include "registry/space_guard.h"

#include <string>
#include <string_view>

namespace grunndata::api {
namespace {

constexpr int status_unavailable = 503;

/// Gives `passed` back.
bool add_check(std::string& out, bool passed, std::string_view name, std::string_view what) {
  out += passed ? "[+] " : "[-] ";
  out += name;
  out += ": ";
  out += what;
  out += '\n';
  return passed;
}

} // namespace

void show_alive(Context&, Call&, const http::Request&, http::Response& response) {
  response.content_type = http::content_type::text;
  response.body += "ok\n";
}

void show_ready(Context& context, Call&, const http::Request&, http::Response& response) {
  response.content_type = http::content_type::text;
  const http::Server* server = context.server.load(std::memory_order_acquire);
  const bool draining = server != nullptr && server->draining();
  bool ready = add_check(response.body, !draining, "server",
                         draining ? "draining, send new requests elsewhere" : "accepting");
  const auto health = context.registry.healthy();
  ready &= add_check(response.body, health.has_value(), "store",
                     health ? std::string_view("reads and writes")
                            : registry::code_name(health.error().code));
  const auto age_s = context.source_age.seconds();
  std::string age = age_s ? std::to_string(*age_s) + " seconds old" : "nothing loaded yet";
  if (context.source_age.stands_still()) age += ", stands still";
  ready &= add_check(response.body, true, "source", age);
  if (context.options.audit != nullptr) {
    const auto log = context.options.audit->healthy();
    ready &= add_check(response.body, log.has_value(), "audit log",
                       log ? std::string_view("takes records")
                           : "takes no records, so nobody is looked up");
  }
  if (context.options.access.authenticator != nullptr) {
    for (const auto& [name, has_keys] : context.options.access.authenticator->issuers_ready()) {
      ready &= add_check(response.body, has_keys, "issuer " + name,
                         has_keys ? "keys at hand" : "no keys to check its tokens with");
    }
  }
  if (context.options.space != nullptr) {
    const registry::SpaceState space = context.options.space->state();
    add_check(response.body, space.level == registry::SpaceLevel::enough, "space",
              std::to_string(space.percent_used) + " % of the disk used, " +
                  std::string(registry::space_level_name(space.level)));
  }
  if (context.options.help_numbers != nullptr) { // look-ups go on without
    using registry::hjelpenummer::Closed;
    const Closed closed = context.options.help_numbers->closed();
    add_check(response.body, closed == Closed::none || closed == Closed::no_range, "hjelpenummer",
              closed == Closed::none ? "numbers are issued" : name_of(closed));
  }
  if (context.options.readiness_notes) {
    for (const ReadinessNote& note : context.options.readiness_notes()) {
      add_check(response.body, note.is_good, note.name, note.what);
    }
  }
  response.body += ready ? "ready\n" : "not ready\n";
  if (!ready) response.status = status_unavailable;
}

void show_version(Context& context, Call&, const http::Request&, http::Response& response) {
  std::string& out = response.body;
  out += R"({"name":"grunndata","version":)";
  http::append_json_string(out, context.options.version);
  if (!context.options.build.empty()) {
    out += R"(,"build":)";
    http::append_json_string(out, context.options.build);
  }
  out += R"(,"environment":)";
  const bool production = context.registry.environment() == registry::Environment::production;
  out += production ? R"("production")" : R"("test")";
  out += R"(,"interfaces":{"persontjenesten":"2","grunndata":"1"}})";
  out += '\n';
}

} // namespace grunndata::api
