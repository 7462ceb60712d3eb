// The route table and api/openapi.yaml say the same, both ways.
#include "api/problems.h"
#include "api/routes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <set>
#include <string>
#include <vector>

using namespace grunndata::api;

namespace {

std::vector<std::string> document_lines() {
  std::ifstream file("api/openapi.yaml");
  REQUIRE(file.good());
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

/// "GET /v1/person/{id} getPerson" for each operation of the document.
std::set<std::string> documented_operations() {
  std::set<std::string> operations;
  std::string path;
  std::string method;
  for (const std::string& line : document_lines()) {
    if (line.starts_with("  /") && line.ends_with(":")) path = line.substr(2, line.size() - 3);
    const bool is_member = line.starts_with("    ") && line[4] != ' ' && line.ends_with(":");
    if (is_member) method = line.substr(4, line.size() - 5);
    const std::string mark = "      operationId: ";
    if (!line.starts_with(mark)) continue;
    std::transform(method.begin(), method.end(), method.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    operations.insert(method + ' ' + path + ' ' + line.substr(mark.size()));
  }
  return operations;
}

/// "getPerson person.read" for each alternative of each operation; no right: any token.
std::set<std::string> documented_rights() {
  std::set<std::string> rights;
  std::string operation;
  const std::string id = "      operationId: ";
  const std::string alternative = "      - HelseID: [";
  for (const std::string& line : document_lines()) {
    if (line.starts_with(id)) operation = line.substr(id.size());
    if (!line.starts_with(alternative)) continue;
    rights.insert(operation + ' ' +
                  line.substr(alternative.size(), line.size() - alternative.size() - 1));
  }
  return rights;
}

/// The values of the enumeration ProblemCode.
std::set<std::string> documented_codes() {
  std::set<std::string> codes;
  bool inside = false;
  for (const std::string& line : document_lines()) {
    if (line == "    ProblemCode:") inside = true;
    else if (line.starts_with("    ") && line[4] != ' ') inside = false;
    if (inside && line.starts_with("      - ")) codes.insert(line.substr(8));
  }
  return codes;
}

} // namespace

TEST_CASE("every route is documented, and every documented operation is a route") {
  std::set<std::string> routes;
  for (const RouteFacts& facts : route_facts()) {
    routes.insert(std::string(http::method_name(facts.method)) + ' ' + std::string(facts.path) +
                  ' ' + std::string(facts.operation_id));
  }
  CHECK(routes.size() == route_facts().size());
  CHECK(routes == documented_operations());
}

TEST_CASE("every error there is has its code in the document, and no other is there") {
  std::set<std::string> codes;
  for (const http::ProblemKind& kind : all_problems()) {
    CHECK(codes.insert(std::string(kind.code)).second);
    CHECK(kind.status >= 400);
  }
  CHECK(codes == documented_codes());
}

TEST_CASE("every operation's rights are documented as the routes have them") {
  std::set<std::string> routes;
  for (const RouteFacts& facts : route_facts()) {
    const std::string operation(facts.operation_id);
    const Requirement& needs = facts.requirement;
    CHECK_MESSAGE(needs.token == (facts.interface != Interface::operations), operation);
    if (!needs.token) continue;
    if (needs.any_right.none()) routes.insert(operation + ' ');
    for (std::size_t i = 0; i < access::right_count; ++i) {
      if (!needs.any_right.test(i)) continue;
      routes.insert(operation + ' ' + std::string(name_of(static_cast<access::Right>(i))));
    }
  }
  CHECK(routes == documented_rights());
}
