// /livez, /readyz, /metrics, /version, the pages, and the counters behind /metrics.
#include "api/http/server.h"
#include "api/operations/metrics.h"
#include "api/problems.h"
#include "tests/api/registry_fixture.h"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using namespace grunndata::api;

TEST_CASE("liveness is ok, readiness tells each check on a line and ignores queries") {
  RegistryFixture service;
  CHECK(service.get("/livez?verbose").body == "ok\n");
  const Answer ready = service.get("/readyz?verbose=1");
  CHECK(ready.status == 200);
  CHECK(ready.body == "[+] server: accepting\n[+] store: reads and writes\n"
                      "[+] source: nothing loaded yet\nready\n");
}

TEST_CASE("a draining server is not ready") {
  RegistryFixture service;
  http::ServerOptions options;
  service.api().prepare(options);
  auto routes = service.api().routes();
  REQUIRE(routes.has_value());
  http::Server server(std::move(*routes), options);
  REQUIRE(server.start());
  service.api().attach(server);
  CHECK(service.get("/readyz").status == 200);
  server.begin_drain();
  const Answer draining = service.get("/readyz");
  CHECK(draining.status == 503);
  CHECK(draining.body.starts_with("[-] server: draining"));
  CHECK(service.get("/livez").status == 200);
  CHECK(service.get("/metrics").holds("grunndata_http_connections_open 0"));
  service.api().detach();
  CHECK(server.stop(std::chrono::seconds(5)));
}

TEST_CASE("the version tells the environment and the interfaces") {
  RegistryFixture service(ApiOptions{.version = "1.2.3", .build = "Release"});
  CHECK(service.get("/version").body ==
        R"({"name":"grunndata","version":"1.2.3","build":"Release","environment":"test",)"
        R"("interfaces":{"persontjenesten":"2","grunndata":"1"}})"
        "\n");
}

TEST_CASE("a server without a register of clients says so") {
  RegistryFixture service;
  for (const std::string path : {"/v1/admin/clients", "/v1/admin/clients/epj-nord"}) {
    CHECK(service.get(path).status == 503);
  }
}

TEST_CASE("the pages come from the program itself") {
  RegistryFixture service;
  CHECK(service.get("/openapi.yaml").body.starts_with("openapi: 3."));
  const Answer viewer = service.get("/docs");
  CHECK(viewer.content_type.starts_with("text/html"));
  for (const std::string file : {"viewer.js", "viewer.css", "js-yaml.min.js"}) {
    CHECK(viewer.holds("/docs/" + file));
    const Answer answer = service.get("/docs/" + file);
    CHECK(answer.status == 200);
    CHECK(answer.body.size() > 100);
  }
  CHECK_FALSE(viewer.holds("http:"));
  CHECK_FALSE(viewer.holds("https:"));
  CHECK(service.get("/docs/viewer.html").status == 404);
  CHECK(service.get("/").holds("/docs"));
}

TEST_CASE("every error has a page where its type leads") {
  RegistryFixture service;
  for (const http::ProblemKind& kind : all_problems()) {
    const Answer page = service.get("/problems/" + std::string(kind.code));
    CHECK(page.status == 200);
    CHECK(page.holds(kind.title));
  }
  CHECK(service.get("/problems/none_such").status == 404);
}

TEST_CASE("errors of the transport keep to the convention of their path") {
  RegistryFixture service;
  http::ServerOptions options;
  service.api().prepare(options);
  const auto render = [&](std::string_view path) {
    http::Request request;
    request.path = path;
    http::Response response;
    options.render_error(request, {http::problem::route_not_found, {}}, response);
    CHECK(response.status == 404);
    return std::string(response.content_type);
  };
  CHECK(render("/api/legal-basis/nothing") == "application/json");
  CHECK(render("/v1/nothing") == "application/problem+json");
  CHECK(render("") == "application/problem+json");
}

TEST_CASE("import figures are shown as they are given") {
  RegistryFixture service(ApiOptions{.import_figures = [] {
    return std::vector<MetricSample>{
        {"grunndata_import_records_total", "Records read", 42, true}};
  }});
  const Answer metrics = service.get("/metrics");
  CHECK(metrics.content_type.starts_with("text/plain; version=0.0.4"));
  CHECK(metrics.holds("# TYPE grunndata_import_records_total counter\n"
                      "grunndata_import_records_total 42\n"));
  CHECK(metrics.holds("grunndata_events_total 0"));
}

TEST_CASE("requests are counted by route and class of status, whatever thread answered") {
  RegistryFixture service;
  http::ServerOptions options;
  service.api().prepare(options);
  const auto routes = service.routes().routes();
  const auto observe = [&](std::size_t route, int status) {
    options.observe({.route = &routes[route], .route_index = route, .status = status,
                     .seconds = 0.0003, .request_body_bytes = 10, .response_body_bytes = 100});
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 1000; ++j) observe(0, j % 2 == 0 ? 200 : 404);
    });
  }
  for (std::thread& thread : threads) thread.join();
  options.observe({.route = nullptr, .status = 400, .seconds = 9});
  const Answer metrics = service.get("/metrics");
  const std::string route = "{route=\"" + routes[0].operation_id + "\",class=\"2xx\"";
  CHECK(metrics.holds("grunndata_http_request_seconds_count" + route + "} 2000"));
  CHECK(metrics.holds("grunndata_http_request_seconds_bucket" + route + ",le=\"0.00025\"} 0"));
  CHECK(metrics.holds("grunndata_http_request_seconds_bucket" + route + ",le=\"0.0005\"} 2000"));
  CHECK(metrics.holds("_count{route=\"none\",class=\"4xx\"} 1"));
  CHECK(metrics.holds("grunndata_http_response_body_bytes_total 400000"));
  CHECK(metrics.holds("grunndata_http_requests_in_flight{route=\"getMetrics\"} 1"));
  CHECK(metrics.holds("grunndata_http_requests_in_flight{route=\"getLiveness\"} 0"));
}
