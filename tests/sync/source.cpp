#include "tests/sync/source.h"

#include "registry/store/store.h"

#include <doctest/doctest.h>

namespace grunndata::tests {

namespace {

using std::chrono::milliseconds;

constexpr std::string_view everything =
    "part=person-basis&part=historikk&part=identitetsgrunnlag-utvidet&part=relasjon-utvidet&"
    "part=foedselINorge&part=innflytting&part=utflytting&part=opphold&part=oppholdPaaSvalbard&"
    "part=bibehold&part=utlendingsmyndighetenesIdentifikasjonsnummer&part=rettsligHandleevne&"
    "part=brukAvSamiskSpraak";

api::http::RouteTable table_of(simulate::Service& service) {
  auto table = api::http::RouteTable::build(service.routes());
  REQUIRE(table);
  return std::move(*table);
}

api::http::ServerOptions server_options() {
  api::http::ServerOptions options;
  options.limits.response_bytes_max = std::size_t{1} << 30U;
  options.limits.unsent_bytes_max = std::size_t{1} << 30U;
  return options;
}

} // namespace

simulate::ServiceOptions Source::small() {
  simulate::ServiceOptions options;
  options.world.persons = 300;
  options.world.seed = 11;
  options.world.unborn = 60;
  options.batch_documents = 110;
  options.extract_takes = milliseconds(20);
  return options;
}

Source::Source(simulate::ServiceOptions options)
    : service_(options), server_(table_of(service_), server_options()) {
  REQUIRE(server_.start());
}

std::string Source::address() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }

Follower::Follower(const Source& source) : address_(source.address()) {
  auto opened =
      registry::Registry::open(registry::store::make_memory_store(), registry::Environment::test);
  REQUIRE(opened);
  registry_ = std::move(*opened);
  options.transport.base_url = source.base_url();
  options.transport.stop = &stop;
  options.patience = {milliseconds(5), milliseconds(40)};
  options.part_query = everything;
  options.connections = 3;
  options.poll = milliseconds(10);
  options.once = true;
  options.totals = &totals;
  options.notice = [this](const std::string& sentence) {
    const std::lock_guard lock(mutex_);
    notices_.push_back(sentence);
  };
}

registry::Result<sync::SyncEnd> Follower::run() { return sync::synchronize(*registry_, options); }

void Follower::catch_up() {
  const auto end = run();
  REQUIRE(end);
  REQUIRE(*end == sync::SyncEnd::caught_up);
}

tools::Comparison Follower::compare() const {
  auto compared = tools::compare_with_simulator(*registry_, options.mapping, address_);
  REQUIRE(compared);
  return std::move(*compared);
}

bool Follower::is_identical() const {
  const tools::Comparison compared = compare();
  for (const std::string& line : compared.differing) MESSAGE(line);
  return compared.persons > 0 && compared.differences == 0;
}

sync::SyncState Follower::state() const {
  auto state = sync::stored_state(*registry_);
  REQUIRE(state);
  return std::move(*state);
}

std::vector<std::string> Follower::notices() const {
  const std::lock_guard lock(mutex_);
  return notices_;
}

} // namespace grunndata::tests
