#include "api/operations/documents.h"

#include "api/docs/embedded.h"
#include "api/problems.h"

#include <array>
#include <string>
#include <string_view>

namespace grunndata::api {
namespace {

/// The pages load their own files only and are framed by nobody.
constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
constexpr std::string_view cache_briefly = "max-age=300";

struct ViewerFile {
  std::string_view name;
  std::string_view content_type;
};
constexpr std::array<ViewerFile, 3> viewer_files{
    ViewerFile{"viewer.js", http::content_type::javascript},
    ViewerFile{"viewer.css", http::content_type::css},
    ViewerFile{"js-yaml.min.js", http::content_type::javascript},
};

void begin_page(http::Response& response, std::string_view title) {
  response.content_type = http::content_type::html;
  response.add_header("Content-Security-Policy", page_policy);
  response.body += "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>";
  response.body += title;
  response.body += "</title>\n<link rel=\"stylesheet\" href=\"/docs/viewer.css\">\n</head>\n"
                   "<body>\n<main class=\"page\">\n<h1>";
  response.body += title;
  response.body += "</h1>\n";
}

void end_page(http::Response& response) { response.body += "</main>\n</body>\n</html>\n"; }

} // namespace

void show_index(Context& context, Call&, const http::Request&, http::Response& response) {
  begin_page(response, "grunndata");
  const bool production = context.registry.environment() == registry::Environment::production;
  response.body += "<p>Master data of persons for the health sector. Environment: <strong>";
  response.body += production ? "production" : "test";
  response.body += "</strong>.</p>\n<ul>\n"
                   "<li><a href=\"/docs\">The interface, operation by operation</a></li>\n"
                   "<li><a href=\"/openapi.yaml\">openapi.yaml</a></li>\n"
                   "<li><a href=\"/readyz\">Is it ready?</a></li>\n"
                   "<li><a href=\"/metrics\">Figures</a></li>\n"
                   "<li><a href=\"/version\">Version</a></li>\n"
                   "</ul>\n";
  end_page(response);
}

void show_openapi(Context&, Call&, const http::Request&, http::Response& response) {
  response.content_type = http::content_type::yaml;
  response.cache_control = cache_briefly;
  response.body += docs::embedded_file("openapi.yaml");
}

void show_viewer(Context&, Call&, const http::Request&, http::Response& response) {
  response.content_type = http::content_type::html;
  response.add_header("Content-Security-Policy", page_policy);
  response.body += docs::embedded_file("viewer.html");
}

void show_viewer_file(Context&, Call&, const http::Request& request, http::Response& response) {
  const std::string_view name = request.path_parameter(0);
  for (const ViewerFile& file : viewer_files) {
    if (file.name != name) continue;
    response.content_type = file.content_type;
    response.cache_control = cache_briefly;
    response.body += docs::embedded_file(name);
    return;
  }
  refuse(request, response, http::problem::route_not_found);
}

void show_problem(Context&, Call&, const http::Request& request, http::Response& response) {
  const std::string_view code = request.path_parameter(0);
  for (const http::ProblemKind& kind : all_problems()) {
    if (kind.code != code) continue;
    begin_page(response, kind.code);
    response.body += "<p>";
    response.body += kind.title;
    response.body += ".</p>\n<p>HTTP status ";
    response.body += std::to_string(kind.status);
    response.body += ". Code <code>";
    response.body += kind.code;
    response.body += "</code>.</p>\n<p><a href=\"/docs\">The interface</a></p>\n";
    end_page(response);
    return;
  }
  refuse(request, response, http::problem::route_not_found);
}

} // namespace grunndata::api
