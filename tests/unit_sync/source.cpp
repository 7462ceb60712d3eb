#include "tests/unit_sync/source.h"

#include "importers/following/transport.h"
#include "registry/store/store.h"

#include <doctest/doctest.h>
#include <simdjson.h>

namespace grunndata::tests {

namespace {

namespace following = importers::following;
namespace nodes = registry::virksomhet;
using std::chrono::milliseconds;

constexpr generate::virksomhet::NationOptions nation{
    .enheter = 500, .underenheter = 300, .resh = 100, .her = 500, .seed = 11};

api::http::RouteTable table_of(simulate::enhetsregisteret::Service& service) {
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

UnitSource::UnitSource() : service_(nation), server_(table_of(service_), server_options()) {
  REQUIRE(server_.start());
}

std::string UnitSource::address() const {
  return "http://127.0.0.1:" + std::to_string(server_.port());
}

std::string UnitSource::base_url() const {
  return address().append(simulate::enhetsregisteret::service_path);
}

void UnitSource::post(std::string_view path, const std::string& body) const {
  following::TransportOptions options;
  options.base_url = address();
  const auto answer = following::Transport(options).post(path, body);
  REQUIRE_MESSAGE(answer.meaning == following::Meaning::ok, answer.message);
}

std::string UnitSource::get(std::string_view path) const {
  following::TransportOptions options;
  options.base_url = address();
  const auto answer = following::Transport(options).get(path);
  REQUIRE_MESSAGE(answer.meaning == following::Meaning::ok, answer.message);
  return answer.body;
}

void UnitSource::happen(std::string_view what, int count) {
  post("/simulator/happen",
       std::string(R"({"what":")").append(what).append(R"(","count":)").append(
           std::to_string(count)) + '}');
}

void UnitSource::fault(std::string_view name, int time_ms) {
  post("/simulator/fault",
       std::string(R"({"fault":")").append(name).append(R"(","milliseconds":)").append(
           std::to_string(time_ms)) + '}');
}

std::string UnitSource::newest(std::string_view kind, std::string_view type) const {
  const std::string body =
      get(std::string(simulate::enhetsregisteret::service_path)
              .append("/oppdateringer/")
              .append(kind)
              .append("?oppdateringsid=0&size=10000"));
  const std::size_t at = body.rfind(std::string(R"("endringstype":")").append(type));
  if (at == std::string::npos) return {};
  constexpr std::string_view name = R"("organisasjonsnummer":")";
  return body.substr(body.rfind(name, at) + name.size(), 9);
}

UnitFollower::UnitFollower(const UnitSource& source) : address_(source.address()) {
  auto opened =
      registry::Registry::open(registry::store::make_memory_store(), registry::Environment::test);
  REQUIRE(opened);
  registry_ = std::move(*opened);
  std::string folder =
      (std::filesystem::temp_directory_path() / "grunndata-unit-sync-XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  options.folder = folder + "/files";
  options.transport = sync::source_options(source.base_url(), stop);
  options.patience = {milliseconds(5), milliseconds(40)};
  options.connections = 3;
  options.poll = milliseconds(10);
  options.once = true;
  options.totals = &totals;
  options.notice = [this](const std::string& sentence) {
    const std::lock_guard lock(mutex_);
    notices_.push_back(sentence);
  };
}

UnitFollower::~UnitFollower() {
  std::error_code ignored;
  std::filesystem::remove_all(options.folder.parent_path(), ignored);
}

registry::Result<sync::SyncEnd> UnitFollower::run() {
  return sync::synchronize(*registry_, options);
}

void UnitFollower::catch_up() {
  const auto end = run();
  REQUIRE_MESSAGE(end, end.error().message);
  REQUIRE(*end == sync::SyncEnd::caught_up);
}

tools::StructureComparison UnitFollower::compare() const {
  auto compared =
      tools::compare_structure_with_simulator(*registry_, options.rules, address_);
  REQUIRE_MESSAGE(compared, compared.error().message);
  return std::move(*compared);
}

bool UnitFollower::is_identical() const {
  const tools::StructureComparison compared = compare();
  for (const std::string& line : compared.differing) MESSAGE(line);
  return compared.units > 0 && compared.differences == 0;
}

sync::SyncState UnitFollower::state() const {
  auto state = sync::stored_state(*registry_);
  REQUIRE(state);
  return std::move(*state);
}

nodes::NodeStatus UnitFollower::status_of(const std::string& number) const {
  const nodes::Structure now(*registry_, nodes::AsOf{});
  const auto node = now.find({nodes::IdentifierSystem::orgnr, number, {}});
  if (!node) return nodes::NodeStatus::unknown;
  const auto summary = now.summary(*node);
  REQUIRE(summary);
  return summary->status;
}

std::string UnitFollower::above(const std::string& number, nodes::NodeRelation type,
                                std::optional<registry::Instant> when) const {
  const nodes::Structure then(*registry_, nodes::AsOf{when, {}});
  const auto node = then.find({nodes::IdentifierSystem::orgnr, number, {}});
  REQUIRE(node);
  const auto uppers = then.uppers(*node);
  REQUIRE(uppers);
  for (const auto& upper : *uppers) {
    if (upper.type != type) continue;
    const auto summary = then.summary(upper.upper);
    REQUIRE(summary);
    return summary->key.text;
  }
  return {};
}

bool UnitFollower::was_noticed(std::string_view part) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(notices_, [part](const std::string& sentence) {
    return sentence.find(part) != std::string::npos;
  });
}

} // namespace grunndata::tests
