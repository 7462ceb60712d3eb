// What a server writes to its log about those it is asked for: no number, however it came in.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <doctest/doctest.h>

using namespace grunndata::tests;

namespace {

/// A number as people and programs write it.
std::vector<std::string> spellings_of(const std::string& number) {
  std::string percent;
  for (const char digit : number) percent.append("%3").push_back(digit);
  std::vector<std::string> all{number, percent};
  for (const char* gap : {" ", "-", ".", "+", "%20"}) {
    all.push_back(number.substr(0, 6) + gap + number.substr(6));
  }
  return all;
}

/// Every way to name a person to a server that we could think of; right ones, and wrong ones.
std::vector<std::string> requests_about(const std::string& number) {
  const std::string json = "Content-Type: application/json\r\n";
  const std::string form = "Content-Type: application/x-www-form-urlencoded\r\napi-version: 2\r\n";
  const std::string by_nin = "/api/legal-basis/person/get-by-nin?informationParts=Name";
  std::vector<std::string> all;
  for (const std::string& spelling : spellings_of(number)) {
    const std::string body = R"({"identifiers":[")" + spelling + R"("],"parts":["Name"]})";
    all.push_back(request("POST", "/v1/person/lookup", body, json));
    all.push_back(request("POST", "/v1/identifier/check", body, json));
    all.push_back(request("POST", by_nin, "nin=" + spelling, form));
    all.push_back(request("POST", "/v1/person/lookup", "{\"" + spelling + "\":", json));
    if (spelling.find(' ') != std::string::npos) continue; // not in a target
    all.push_back(request("GET", "/v1/person/" + spelling));
    all.push_back(request("GET", "/" + spelling));
    all.push_back(request("GET", "/v1/events?limit=" + spelling));
    all.push_back(request("GET", "/v1/person?nin=" + spelling));
    all.push_back(request("POST", by_nin + "&nin=" + spelling, "nin=" + spelling, form));
  }
  all.push_back(request("GET", "/livez", {}, "X-Request-Id: " + number + "\r\n"));
  all.push_back(request("GET", "/livez", {}, "User-Agent: " + number + "\r\n"));
  all.push_back(request("GET", "/livez", {}, "Authorization: Bearer " + number + "\r\n"));
  all.push_back("GET /livez HTTP/1.1\r\nHost: " + number + "\r\n\r\n");
  all.push_back("GET " + number + " HTTP/1.1\r\n\r\n");
  all.push_back(number + " / HTTP/1.1\r\n\r\n");
  return all;
}

} // namespace

TEST_CASE("a server's log and metrics never hold a number that was asked about") {
  const ScratchFolder scratch;
  const std::string known = synthetic_number(0);
  const std::string unknown = synthetic_number(1);
  std::string wrong = known; // another control digit
  wrong.back() = wrong.back() == '9' ? '0' : static_cast<char>(wrong.back() + 1);
  REQUIRE(import(scratch / "data", {"-"}, small_document(known, "NORD")).status == 0);
  ServedRegistry served(scratch / "data", {"--log-level", "debug"});
  CHECK(served.found(known));
  CHECK_FALSE(served.found(unknown));
  std::size_t answered = 0;
  for (const std::string& number : {known, unknown, wrong}) {
    for (const std::string& text : requests_about(number)) {
      Connection connection(served.port());
      answered += connection.ask(text) ? 1 : 0;
    }
  }
  CHECK(answered == 3 * requests_about(known).size());
  const std::string metrics = served.get("/metrics").body;
  CHECK(metrics.find("getPersonByNinWithLegalBasis") != std::string::npos);
  const Outcome outcome = served.stop(SIGTERM);
  CHECK(outcome.status == 0);
  CHECK(outcome.err.find("stopped") != std::string::npos); // it did log
  for (const std::string& number : {known, unknown, wrong}) {
    for (const std::string& spelling : spellings_of(number)) {
      CHECK(outcome.err.find(spelling) == std::string::npos);
      CHECK(outcome.out.find(spelling) == std::string::npos);
      CHECK(metrics.find(spelling) == std::string::npos);
    }
  }
  CHECK(person_numbers_in(outcome.err).empty());
}
