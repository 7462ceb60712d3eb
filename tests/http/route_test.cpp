#include "api/http/route.h"

#include <doctest/doctest.h>

namespace grunndata::api::http {
namespace {

Route route(Method method, std::string path, std::string id) {
  return {
      method, std::move(path), std::move(id), Lane::inline_lane, [](const Request&, Response&) {},
      {}};
}

RouteTable table() {
  return RouteTable::build({route(Method::get, "/", "root"),
                            route(Method::get, "/v1/person/{id}", "person"),
                            route(Method::put, "/v1/person/{id}", "put_person"),
                            route(Method::post, "/v1/person/lookup", "lookup"),
                            route(Method::get, "/v1/person/{id}/event/{n}", "event"),
                            route(Method::get, "/v1/person/lookup/all", "all")})
      .value();
}

TEST_CASE("a path finds its route and its parameters") {
  const RouteTable routes = table();
  const RouteMatch match = routes.match(Method::get, "/v1/person/ab%2Fc/event/7");
  REQUIRE(match.route != nullptr);
  CHECK(match.route->operation_id == "event");
  CHECK(match.index == 4);
  CHECK(match.parameters[0] == "ab%2Fc");
  CHECK(match.parameters[1] == "7");
  CHECK(routes.match(Method::get, "/").route->operation_id == "root");
}

TEST_CASE("a literal wins over a parameter, and a dead end goes back") {
  const RouteTable routes = table();
  CHECK(routes.match(Method::post, "/v1/person/lookup").route->operation_id == "lookup");
  const RouteMatch match = routes.match(Method::get, "/v1/person/lookup/event/1");
  REQUIRE(match.route != nullptr);
  CHECK(match.route->operation_id == "event");
  CHECK(match.parameters[0] == "lookup");
}

TEST_CASE("HEAD finds the GET route") {
  const RouteTable routes = table();
  CHECK(routes.match(Method::head, "/v1/person/a").route->operation_id == "person");
}

TEST_CASE("a known path with another method tells what is allowed") {
  const RouteTable routes = table();
  const RouteMatch match = routes.match(Method::delete_, "/v1/person/a");
  CHECK(match.route == nullptr);
  CHECK(match.allow == "GET, HEAD, PUT");
}

TEST_CASE("what is no path of ours is not found") {
  const RouteTable routes = table();
  for (const std::string_view path :
       {"", "*", "/v1", "/v1/person", "/v1/person/", "//", "/v1//a", "/v1/person/a/",
        "/V1/person/a", "/v1/%70erson/a", "/v1/person/a/event//"}) {
    CAPTURE(path);
    const RouteMatch match = routes.match(Method::get, path);
    CHECK(match.route == nullptr);
    CHECK(match.allow.empty());
  }
  CHECK(routes.match(Method::get, std::string(16'000, '/')).route == nullptr);
}

TEST_CASE("a table that contradicts itself is refused") {
  using Routes = std::vector<Route>;
  auto no_handler = route(Method::get, "/a", "a");
  no_handler.handler = nullptr;
  const std::vector<Routes> bad{{route(Method::get, "/a", "a"), route(Method::get, "/a", "b")},
                                {route(Method::get, "/{x}", "a"), route(Method::get, "/{y}", "b")},
                                {route(Method::get, "/", "a"), route(Method::get, "/", "b")},
                                {route(Method::get, "/a", "a"), route(Method::get, "/b", "a")},
                                {route(Method::get, "a", "a")},
                                {route(Method::get, "/a/", "a")},
                                {route(Method::get, "/{}", "a")},
                                {route(Method::get, "/{a", "a")},
                                {route(Method::get, "/a", "")},
                                {route(Method::head, "/a", "a")},
                                {route(Method::get, "/{a}/{b}/{c}/{d}/{e}", "a")},
                                {no_handler}};
  for (const Routes& routes : bad) {
    CAPTURE(routes.front().path);
    CHECK_FALSE(RouteTable::build(routes).has_value());
  }
}

TEST_CASE("a request gives its path parameters by name and by place") {
  const RouteTable routes = table();
  const RouteMatch match = routes.match(Method::get, "/v1/person/a/event/7");
  Request request;
  request.route = match.route;
  request.path_parameters = match.parameters;
  CHECK(request.path_parameter("id") == "a");
  CHECK(request.path_parameter("n") == "7");
  CHECK(request.path_parameter("x").empty());
  CHECK(request.path_parameter(1) == "7");
  CHECK(request.path_parameter(9).empty());
}

} // namespace
} // namespace grunndata::api::http
