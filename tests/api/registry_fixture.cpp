#include "tests/api/registry_fixture.h"

#include "identifiers/generate.h"
#include "registry/import_batch.h"
#include "registry/store/store.h"

#include <doctest/doctest.h>

#include <fstream>
#include <future>
#include <iterator>

namespace grunndata::api {
namespace {

const std::string form_type = "application/x-www-form-urlencoded";

std::string number_of(std::size_t n, identifiers::Kind kind) {
  identifiers::NumberSeries series;
  series.kind = kind;
  series.check_rule = identifiers::CheckRule::pre2032;
  identifiers::NumberSequence numbers({1980, 3, 14}, series);
  auto number = numbers.next();
  for (std::size_t i = 0; i < n && number; ++i) number = numbers.next();
  REQUIRE(number.has_value());
  return std::string(number->text());
}

std::string identifier_element(std::string_view number, bool in_use) {
  const bool d_number = number[0] >= '4';
  std::string out = R"({"ajourholdstidspunkt":"2020-01-01T00:00:00+01:00","erGjeldende":)";
  out += in_use ? R"(true,"status":"iBruk")" : R"(false,"status":"opphoert")";
  out += R"(,"foedselsEllerDNummer":")";
  out += number;
  out += R"(","identifikatortype":")";
  out += d_number ? "dNummer" : "foedselsnummer";
  return out + "\"}";
}

std::string whole(std::string identifiers, std::string_view elements) {
  std::string out = R"({"identifikasjonsnummer":[)" + std::move(identifiers) + ']';
  if (!elements.empty()) out.append(",").append(elements);
  return out + '}';
}

} // namespace

std::string fnr(std::size_t n) { return number_of(n, identifiers::Kind::fnr); }
std::string dnr(std::size_t n) { return number_of(n, identifiers::Kind::dnr); }

std::string document(std::string_view number, std::string_view elements) {
  return whole(identifier_element(number, true), elements);
}

std::string document_with_old(std::string_view number, std::string_view old_number,
                              std::string_view elements) {
  return whole(identifier_element(number, true) + ',' + identifier_element(old_number, false),
               elements);
}

std::string name_element(std::string_view given, std::string_view family) {
  std::string out = R"("navn":[{"ajourholdstidspunkt":"2020-01-01T00:00:00+01:00",)"
                    R"("erGjeldende":true,"fornavn":")";
  out.append(given).append(R"(","etternavn":")").append(family);
  return out + "\"}]";
}

std::string member(const Answer& answer, std::string_view name) {
  const std::string key = '"' + std::string(name) + "\":";
  const std::size_t at = answer.body.find(key);
  if (at == std::string::npos) return {};
  std::size_t begin = at + key.size();
  if (answer.body[begin] == '"') {
    ++begin;
    return answer.body.substr(begin, answer.body.find('"', begin) - begin);
  }
  return answer.body.substr(begin, answer.body.find_first_of(",}]", begin) - begin);
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

RegistryFixture::RegistryFixture(ApiOptions options)
    : mapper_(importers::folkeregisteret::MappingOptions{}) {
  auto opened = registry::Registry::open(registry::store::make_memory_store(),
                                         registry::Environment::test);
  REQUIRE(opened.has_value());
  registry_ = std::move(*opened);
  api_ = std::make_unique<Api>(*registry_, std::move(options));
  auto built = api_->routes();
  REQUIRE_MESSAGE(built.has_value(), (built ? std::string() : built.error().message));
  routes_ = std::make_unique<http::RouteTable>(std::move(*built));
}

RegistryFixture::~RegistryFixture() = default;

void RegistryFixture::import(std::string_view document, std::string_view extracted_at) {
  registry::ImportBatch batch;
  batch.origins = {"-"};
  batch.stamp.extracted_at = registry::parse_date_time(extracted_at).value();
  importers::folkeregisteret::MappingReport report;
  registry::ImportItem item;
  item.number = 1;
  const auto mapped = mapper_.map(document, item.record, report);
  REQUIRE_MESSAGE(mapped.has_value(), (mapped ? std::string() : mapped.error().message));
  batch.items.push_back(std::move(item));
  std::promise<registry::Result<registry::ImportCounts>> done;
  const auto stamp = batch.stamp.extracted_at;
  registry::submit_import(*registry_, std::move(batch), [&done](auto counts) {
    done.set_value(std::move(counts));
  });
  const auto counts = done.get_future().get();
  REQUIRE(counts.has_value());
  REQUIRE(counts->written == 1);
  REQUIRE(registry::note_extracted(*registry_, registry::Source::folkeregisteret, stamp));
}

void RegistryFixture::import_sample(std::string_view name, std::string_view extracted_at) {
  std::ifstream file("tests/data/folkeregisteret/" + std::string(name), std::ios::binary);
  REQUIRE(file.good());
  import(std::string(std::istreambuf_iterator<char>(file), {}), extracted_at);
}

Answer RegistryFixture::call(http::Method method, std::string_view target, std::string_view body,
                             const Headers& headers) {
  const std::size_t mark = target.find('?');
  std::vector<http::Header> sent;
  for (const auto& [name, value] : headers) sent.push_back({name, value});
  http::Request request;
  request.method = method;
  request.target = target;
  request.path = target.substr(0, mark);
  if (mark != target.npos) request.query = target.substr(mark + 1);
  request.body = body;
  request.headers = sent;
  request.request_id = "test";
  const http::RouteMatch match = routes_->match(method, request.path);
  REQUIRE_MESSAGE(match.route != nullptr, std::string(target));
  request.route = match.route;
  request.path_parameters = match.parameters;
  http::Response response;
  match.route->handler(request, response);
  return {.status = response.status,
          .content_type = std::string(response.content_type),
          .cache_control = std::string(response.cache_control),
          .body = response.body,
          .etag = std::string(response.header("ETag").value_or("")),
          .source_age = std::string(response.header("Grunndata-Source-Age").value_or(""))};
}

Answer RegistryFixture::get(std::string_view target, const Headers& headers) {
  return call(http::Method::get, target, {}, headers);
}

Answer RegistryFixture::get_v2(std::string_view target) {
  return get(target, {{"api-version", "2"}});
}

Answer RegistryFixture::post_form(std::string_view target, std::string_view body) {
  return call(http::Method::post, target, body,
              {{"Api-Version", "2"}, {"Content-Type", form_type}});
}

Answer RegistryFixture::post_json(std::string_view target, std::string_view body) {
  return call(http::Method::post, target, body, {{"Content-Type", "application/json"}});
}

std::string RegistryFixture::id_of(std::string_view number) {
  const Answer answer = post_form("/api/legal-basis/person/get-by-nin?informationParts=Name",
                                  "nin=" + std::string(number));
  REQUIRE(answer.status == 200);
  return member(answer, "id");
}

} // namespace grunndata::api
