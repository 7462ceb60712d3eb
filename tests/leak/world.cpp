#include "tests/leak/world.h"

#include "api/http/output_buffer.h"
#include "api/http/response_head.h"
#include "importers/folkeregisteret/bulk_load.h"
#include "registry/reading.h"
#include "registry/rebuild.h"
#include "registry/store/store.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <future>
#include <simdjson.h>

namespace grunndata::leak {

namespace {

using importers::folkeregisteret::MappingOptions;

constexpr std::int64_t day_microseconds = 86'400'000'000;

void drop_line(std::string& head, std::string_view name) {
  const std::size_t begin = head.find("\r\n" + std::string(name) + ':');
  if (begin == std::string::npos) return;
  head.erase(begin, head.find("\r\n", begin + 2) - begin);
}

/// All numbers of its own that a document names.
std::vector<std::string> numbers_in(const std::string& json) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::array rows;
  std::vector<std::string> numbers;
  REQUIRE(parser.parse(json).get(root) == simdjson::SUCCESS);
  REQUIRE(root["identifikasjonsnummer"].get(rows) == simdjson::SUCCESS);
  for (const auto one : rows) {
    std::string_view number;
    REQUIRE(one["foedselsEllerDNummer"].get(number) == simdjson::SUCCESS);
    numbers.emplace_back(number);
  }
  return numbers;
}

} // namespace

World::World(registry::audit::Log* log) : mapper_(MappingOptions{}) {
  auto opened =
      registry::Registry::open(registry::store::make_memory_store(), registry::Environment::test);
  REQUIRE(opened.has_value());
  registry_ = std::move(*opened);
  links_ = std::make_unique<registry::Links>(*registry_);
  auto subscriptions = registry::Subscriptions::open(*registry_);
  REQUIRE(subscriptions.has_value());
  subscriptions_ = std::move(*subscriptions);
  with_basis_ = serve(registry::Access::legal_basis, log);
  without_basis_ = serve(registry::Access::no_legal_basis, log);
}

World::Service World::serve(registry::Access access, registry::audit::Log* log) {
  api::ApiOptions options;
  options.v1_access = access;
  options.audit = log;
  options.links = links_.get();
  options.subscriptions = subscriptions_.get();
  Service service;
  service.api = std::make_unique<api::Api>(*registry_, std::move(options));
  auto built = service.api->routes();
  REQUIRE(built.has_value());
  service.routes = std::make_unique<api::http::RouteTable>(std::move(*built));
  service.api->prepare(service.observed);
  return service;
}

registry::Instant World::next_extract() {
  const auto first = registry::parse_date_time("2026-01-01T00:00:00Z").value();
  return {first.microseconds + day_microseconds * imports_++};
}

registry::ImportCounts World::submit(registry::ImportBatch batch) {
  batch.origins = {"-"};
  batch.stamp.extracted_at = next_extract();
  const auto read = batch.stamp.extracted_at;
  std::promise<registry::Result<registry::ImportCounts>> done;
  registry::submit_import(*registry_, std::move(batch),
                          [&done](auto counts) { done.set_value(std::move(counts)); });
  const auto counts = done.get_future().get();
  REQUIRE(counts.has_value());
  REQUIRE(registry::note_extracted(*registry_, registry::Source::folkeregisteret, read));
  return *counts;
}

std::uint64_t World::import(const Import& documents, bool asked_about) {
  const std::uint64_t before = registry_->newest_sequence();
  times_.push_back(registry::format_instant(registry::now()));
  registry::ImportBatch batch;
  for (const Document& document : documents) {
    registry::ImportItem item;
    item.number = batch.items.size() + 1;
    const std::string json = document.json();
    const auto mapped = mapper_.map(json, item.record, report_);
    REQUIRE_MESSAGE(mapped.has_value(), (mapped ? std::string() : mapped.error().message));
    batch.items.push_back(std::move(item));
    for (const std::string& number : numbers_in(json)) {
      const bool is_known = std::ranges::find(numbers_, number) != numbers_.end();
      if (asked_about && !is_known) numbers_.push_back(number);
    }
  }
  const auto counts = submit(std::move(batch));
  CHECK(counts.quarantined == 0);
  CHECK(counts.superseded == 0);
  note_ids();
  return registry_->newest_sequence() - before;
}

void World::rebuild() {
  const auto renderer = importers::folkeregisteret::make_renderer(MappingOptions{});
  const auto figures = registry::rebuild(*registry_, renderer, [](const auto&) { return true; });
  REQUIRE(figures.has_value());
  CHECK(figures->failed == 0);
}

void World::quarantine(std::string_view document) {
  registry::SourceRecord record;
  const auto mapped = mapper_.map(document, record, report_);
  REQUIRE_FALSE(mapped.has_value());
  registry::ImportBatch batch;
  registry::QuarantineDraft draft;
  draft.number = 1;
  draft.json_path = mapped.error().json_path;
  draft.reason = mapped.error().reason;
  draft.message = mapped.error().message;
  draft.raw = document;
  batch.quarantine.push_back(std::move(draft));
  CHECK(submit(std::move(batch)).quarantined == 1);
}

void World::note_ids() {
  for (const std::string& number : numbers_) {
    const auto type =
        number[0] >= '4' ? registry::IdentifierType::dnr : registry::IdentifierType::fnr;
    registry::Reading reading;
    if (!registry_->lookup({type, number, {}}, reading)) continue;
    std::vector<std::string>& known = ids_[number];
    const std::string id(reading.external_id());
    if (std::ranges::find(known, id) == known.end()) known.push_back(id);
  }
}

const std::vector<std::string>& World::ids_of(const std::string& number) const {
  static const std::vector<std::string> nothing;
  const auto known = ids_.find(number);
  return known == ids_.end() ? nothing : known->second;
}

std::string World::without_strangers(std::string_view lines) const {
  std::set<std::string, std::less<>> known;
  for (const auto& [number, ids] : ids_) known.insert(ids.begin(), ids.end());
  constexpr std::string_view person = R"({"id":")";
  constexpr std::string_view count = R"("persons":)";
  std::string kept;
  std::size_t persons = 0;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n') + 1);
    lines.remove_prefix(line.size());
    const bool is_person = line.starts_with(person);
    if (is_person && !known.contains(line.substr(person.size(), 32))) continue;
    persons += is_person ? 1 : 0;
    kept += line;
  }
  const std::size_t at = kept.rfind(count) + count.size();
  kept.replace(at, kept.find(',', at) - at, std::to_string(persons));
  return kept;
}

Told World::ask(registry::Access access, const Ask& ask) {
  Service& service = access == registry::Access::legal_basis ? with_basis_ : without_basis_;
  const std::string_view target = ask.target;
  const std::size_t mark = target.find('?');
  std::vector<api::http::Header> sent;
  for (const auto& [name, value] : ask.headers) sent.push_back({name, value});
  api::http::Request request;
  request.method = ask.method;
  request.target = target;
  request.path = target.substr(0, mark);
  if (mark != target.npos) request.query = target.substr(mark + 1);
  request.body = ask.body;
  request.headers = sent;
  request.request_id = "asked";
  request.in_pool = true;
  const api::http::RouteMatch match = service.routes->match(ask.method, request.path);
  REQUIRE_MESSAGE(match.route != nullptr, ask.target);
  request.route = match.route;
  request.path_parameters = match.parameters;
  api::http::Response response;
  match.route->handler(request, response);
  const bool is_streamed = response.stream != nullptr;
  if (is_streamed && ask.method != api::http::Method::head) {
    using Piece = api::http::BodyStream::Piece;
    auto made = Piece::more;
    while (made == Piece::more) made = response.stream->next(response.body);
    REQUIRE(made == Piece::last);
    response.body = without_strangers(response.body);
  }
  response.stream.reset();
  const auto& facts = api::route_facts()[match.index];
  // Pages for operators differ in length with time, and would then differ in the sums they tell.
  if (facts.interface != api::Interface::operations) {
    service.observed.observe({.route = match.route,
                              .route_index = match.index,
                              .method = ask.method,
                              .status = response.status,
                              .seconds = 0.001,
                              .request_body_bytes = ask.body.size(),
                              .response_body_bytes = response.body.size()});
  }
  api::http::OutputBuffer out;
  api::http::append_response_head(out, response, response.body.size(), request.request_id,
                                  api::http::ConnectionHeader::none);
  Told told{.status = response.status,
            .head = std::string(out.view()),
            .body = ask.method == api::http::Method::head ? std::string() : response.body,
            .etag = std::string(response.header("ETag").value_or("")),
            .operation = match.route->operation_id};
  drop_line(told.head, "Date");
  drop_line(told.head, "Grunndata-Source-Age");
  return told;
}

} // namespace grunndata::leak
