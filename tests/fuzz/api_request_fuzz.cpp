// A request of any operation, over a small registry in memory: lines with the operation's id, the
// path parameter, the query, and two headers, then the body. Everything goes the way it goes in the
// server, from the parser on: JSON and form bodies, parameters, cursors, entity tags. The answer
// must be whole JSON of a status that the operation may give, never a 500, and a refusal must not
// repeat a number it was given.
#include "api/api.h"
#include "api/http/request_parser.h"
#include "importers/folkeregisteret/bulk_load.h"
#include "registry/clients/break_glass.h"
#include "registry/clients/clients.h"
#include "registry/links/links.h"
#include "registry/registry.h"
#include "registry/store/store.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <simdjson.h>
#include <string>
#include <string_view>

namespace {

using namespace grunndata;
namespace http = api::http;
namespace freg = importers::folkeregisteret;

constexpr std::string_view documents = "tests/fuzz/corpus/folkeregisteret";
constexpr std::size_t person_number_digits = 11;

void require(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "%.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

/// The service as it runs, without a socket.
struct Service {
  std::unique_ptr<registry::Registry> registry;
  std::unique_ptr<registry::Clients> clients;
  std::unique_ptr<registry::BreakGlass> break_glass;
  std::unique_ptr<registry::Links> links;
  std::unique_ptr<api::Api> api;
  std::unique_ptr<http::RouteTable> routes;

  Service() {
    auto opened =
        registry::Registry::open(registry::store::make_memory_store(), registry::Environment::test);
    require(opened.has_value(), "the registry does not open");
    registry = std::move(*opened);
    freg::LoadOptions load;
    load.paths = {std::string(documents)};
    load.extracted_at = registry::parse_instant("2026-01-01").value();
    const auto loaded = freg::load(*registry, load);
    require(loaded && loaded->figures.written > 0, "run it in the root of the source tree");
    auto opened_clients = registry::Clients::open(*registry);
    auto opened_grants = registry::BreakGlass::open(*registry);
    require(opened_clients && opened_grants, "clients and grants do not open");
    clients = std::move(*opened_clients);
    break_glass = std::move(*opened_grants);
    api::ApiOptions options;
    options.access.clients = clients.get();
    options.access.break_glass = break_glass.get();
    links = std::make_unique<registry::Links>(*registry);
    options.links = links.get();
    api = std::make_unique<api::Api>(*registry, options);
    auto built = api->routes();
    require(built.has_value(), "the routes do not fit together");
    routes = std::make_unique<http::RouteTable>(std::move(*built));
  }

  static Service& mine() {
    static Service service;
    return service;
  }
};

std::string_view take_line(std::string_view& input) {
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string_view line = input.substr(0, end);
  input.remove_prefix(std::min(end + 1, input.size()));
  return line;
}

/// An id that no route has stands for one of them all the same, so that no input is wasted.
const http::Route& route_named(const http::RouteTable& table, std::string_view operation) {
  const auto routes = table.routes();
  const auto found = std::ranges::find(routes, operation, &http::Route::operation_id);
  if (found != routes.end()) return *found;
  return routes[std::hash<std::string_view>{}(operation) % routes.size()];
}

std::string request_text(const http::Route& route, std::string_view input) {
  const std::string_view parameter = take_line(input);
  const std::string_view query = take_line(input);
  std::string text(http::method_name(route.method));
  text += ' ';
  for (std::size_t at = 0; at < route.path.size(); ++at) {
    if (route.path[at] != '{') {
      text += route.path[at];
      continue;
    }
    text += parameter;
    at = route.path.find('}', at);
  }
  if (!query.empty()) text.append("?").append(query);
  text += " HTTP/1.1\r\nHost: localhost\r\n";
  for (int i = 0; i < 2; ++i) {
    const std::string_view header = take_line(input);
    if (!header.empty()) text.append(header).append("\r\n");
  }
  text.append("Content-Length: ").append(std::to_string(input.size())).append("\r\n\r\n");
  return text.append(input);
}

bool is_json(std::string_view content_type) {
  return content_type == http::content_type::json ||
         content_type == http::content_type::problem_json;
}

/// A run of eleven digits anywhere: our own texts have none.
bool holds_person_number(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits == person_number_digits) return true;
  }
  return false;
}

void require_sound(const http::Response& response) {
  require(response.status >= 200 && response.status < 600, "a status that is none");
  require(response.status != 500, "an internal error");
  if (response.body.empty()) return;
  if (is_json(response.content_type)) {
    static simdjson::dom::parser parser;
    simdjson::dom::element parsed;
    require(parser.parse(response.body).get(parsed) == simdjson::SUCCESS, "an answer not JSON");
  }
  if (response.status >= 400) {
    require(!holds_person_number(response.body), "a refusal that repeats a number");
  }
}

void answer(const http::RouteTable& routes, http::Request& request) {
  const http::RouteMatch match = routes.match(request.method, request.path);
  if (match.route == nullptr) return;
  request.route = match.route;
  request.path_parameters = match.parameters;
  request.request_id = "fuzz";
  request.in_pool = match.route->lane == http::Lane::pool_lane;
  http::Response response;
  match.route->handler(request, response); // what it throws ends the run
  if (response.needs_pool && !request.in_pool) {
    request.in_pool = true;
    request.carried = response.carried;
    response.reset();
    match.route->handler(request, response);
  }
  require_sound(response);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Service& service = Service::mine();
  std::string_view input(reinterpret_cast<const char*>(data), size);
  const http::Route& route = route_named(*service.routes, take_line(input));
  const std::string text = request_text(route, input);

  static const http::Limits limits;
  http::RequestParser parser(limits);
  std::string_view bytes = text;
  bytes.remove_prefix(parser.consume(bytes));
  if (parser.state() != http::RequestParser::State::head_complete) return 0;
  parser.begin_body(route.body_bytes_max.value_or(limits.body_bytes_max));
  static_cast<void>(parser.consume(bytes));
  if (parser.state() == http::RequestParser::State::complete) {
    answer(*service.routes, parser.request());
  }
  return 0;
}
