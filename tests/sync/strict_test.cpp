// The simulator gives who breaks the protocol what Folkeregisteret gives.
#include "tests/http/raw_client.h"
#include "tests/program/served_registry.h"
#include "tests/sync/source.h"

#include <doctest/doctest.h>

namespace grunndata::tests {

using simulate::Fault;
using std::chrono::milliseconds;

namespace {

class Client {
public:
  explicit Client(const Source& source)
      : port_(static_cast<std::uint16_t>(
            std::stoi(source.address().substr(source.address().rfind(':') + 1)))) {}

  [[nodiscard]] Answer get(const std::string& path, std::string_view headers = {}) const {
    return ask("GET", path, {}, headers);
  }
  [[nodiscard]] Answer post(const std::string& path, std::string_view body) const {
    return ask("POST", path, body, "Content-Type: application/json\r\n");
  }

private:
  [[nodiscard]] Answer ask(std::string_view method, const std::string& path, std::string_view body,
                           std::string_view headers) const {
    Connection connection(port_);
    const auto answer =
        connection.ask(request(method, std::string(simulate::service_path) + path, body, headers));
    REQUIRE(answer);
    return *answer;
  }

  std::uint16_t port_;
};

std::string ids(std::string_view member, std::size_t count) {
  std::string body = "{\"" + std::string(member) + "\":[";
  for (std::size_t i = 0; i < count; ++i) body += i == 0 ? "\"0\"" : ",\"0\"";
  return body + "]}";
}

/// The first text of a member in an answer.
std::string text_of(const std::string& json, const std::string& name) {
  const std::string start = '"' + name + "\":\"";
  const std::size_t at = json.find(start);
  REQUIRE(at != std::string::npos);
  const std::size_t begin = at + start.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

/// Somebody's number.
std::string somebody(Source& source) {
  source.service().happen(simulate::Happening::updated, 1);
  return text_of(Client(source).get("/hendelser/feed?seq=0").body, "folkeregisteridentifikator");
}

} // namespace

TEST_CASE("only elements that there are, and that may be had, can be asked for") {
  Source source;
  const Client client(source);
  const std::string number = somebody(source);
  const std::string person = "/personer/" + number;
  CHECK(client.get(person).status == 200);
  for (const char* const part : {"part=noe", "part=", "part=navn,status", "part=Navn",
                                 "part=navn&part=forholdTilSametingetsValgmanntall", "part=%zz"}) {
    CAPTURE(part);
    CHECK(client.get(person + '?' + part).status == 400);
    const std::string body = R"({"foedselsEllerDNummer":[")" + number + R"("]})";
    CHECK(client.post("/personer/bulkoppslag?somBestilt=true&" + std::string(part), body).status ==
          400);
    CHECK(client
              .post("/personer/bulkoppslag/arkiv?" + std::string(part),
                    ids("dokumentidentifikator", 1))
              .status == 400);
  }
  const std::string named = client.get(person + "?part=navn").body;
  CHECK(named.find("\"navn\":") != std::string::npos);
  CHECK(named.find("\"status\":") == std::string::npos);
  // Without history unless it is asked for, and without what only some may have unless it is.
  const std::string unasked = client.get(person).body;
  CHECK(unasked.find("\"erGjeldende\":false") == std::string::npos);
  CHECK(unasked.find("\"status\":") != std::string::npos);
  CHECK(unasked.find("\"familierelasjon\":") == std::string::npos);
}

TEST_CASE("more than a thousand at once are refused, and so is any other body") {
  Source source;
  const Client client(source);
  CHECK(client.post("/personer/bulkoppslag", ids("foedselsEllerDNummer", 1'000)).status == 200);
  for (const char* const path :
       {"/personer/bulkoppslag", "/personer/bulkoppslag/arkiv", "/hendelser/bulkoppslag"}) {
    CAPTURE(path);
    const bool by_number = std::string_view(path) == "/personer/bulkoppslag";
    const char* const member = by_number ? "foedselsEllerDNummer" : "dokumentidentifikator";
    CHECK(client.post(path, ids(member, 1'001)).status == 400);
    for (const char* const body : {"", "{}", "[]", R"({"personer":["0"]})"}) {
      CHECK(client.post(path, body).status == 400);
    }
    CHECK(client.post(path, ids(member, 0)).status == 400);
  }
}

TEST_CASE("who has no token, another's or an old one is not let in") {
  simulate::ServiceOptions options = Source::small();
  options.token = "open-sesame";
  Source source(options);
  const Client client(source);
  const std::string path = "/hendelser/siste/sekvensnummer";
  CHECK(client.get(path).status == 401);
  CHECK(client.get(path, "Authorization: Bearer open-sesam\r\n").status == 401);
  CHECK(client.get(path, "Authorization: open-sesame\r\n").status == 401);
  CHECK(client.get(path, "Authorization: Bearer open-sesame\r\n").status == 200);
  source.service().begin(Fault::expired_token, milliseconds(60'000));
  CHECK(client.get(path, "Authorization: Bearer open-sesame\r\n").status == 401);
}

TEST_CASE("JSON is all that is given") {
  Source source;
  const Client client(source);
  const std::string path = "/hendelser/siste/sekvensnummer";
  CHECK(client.get(path, "Accept: application/json\r\n").status == 200);
  CHECK(client.get(path, "Accept: */*\r\n").status == 200);
  CHECK(client.get(path, "Accept: text/html\r\n").status == 406);
}

TEST_CASE("a feed needs a number, and wrong paths are not found") {
  Source source;
  const Client client(source);
  for (const char* const query : {"", "?seq=", "?seq=-1", "?seq=1.5", "?seq=abc", "?seq=1;2",
                                  "?SEQ=1", "?seq=99999999999999999999999"}) {
    CAPTURE(query);
    CHECK(client.get(std::string("/hendelser/feed") + query).status == 400);
  }
  CHECK(client.get("/hendelser/feed?seq=99999999").body == "[]");
  for (const char* const path : {"/", "/personer", "/hendelser/feed/1", "/hendelser/siste",
                                 "/uttrekk", "/uttrekk/komplett/1", "/personer/00000000000"}) {
    CAPTURE(path);
    CHECK(client.get(path).status == 404);
  }
}

TEST_CASE("thick events are given by their documents, one or many") {
  Source source;
  source.service().happen(simulate::Happening::moved, 3);
  const Client client(source);
  const std::string id = text_of(client.get("/hendelser/feed?seq=0").body, "hendelsesdokument");
  const Answer one = client.get("/hendelser/" + id);
  CHECK(one.status == 200);
  CHECK(one.body.find(R"("hendelsestype":"endringIBostedsadresse")") != std::string::npos);
  const Answer many = client.post("/hendelser/bulkoppslag",
                                  R"({"dokumentidentifikator":[")" + id + R"(","0123"]})");
  CHECK(many.status == 200);
  CHECK(many.body == '[' + one.body + ']');
  CHECK(client.get("/hendelser/0123").status == 404);
}

TEST_CASE("an extract of some is of those asked for, and what it asks for must be there") {
  Source source;
  const Client client(source);
  const auto read = [&](std::string_view body) {
    const Answer ordered = client.post("/uttrekk/tilpasset", body);
    REQUIRE(ordered.status == 200);
    const std::string path = "/uttrekk/" + text_of(ordered.body, "jobbId") + "/batch/";
    Answer batch = client.get(path + '0');
    while (batch.status == 404) {
      std::this_thread::sleep_for(milliseconds(5));
      batch = client.get(path + '0');
    }
    REQUIRE(batch.status == 200);
    return batch.body;
  };
  const std::string dead = read(R"({"personstatustyper":["doed"]})");
  CHECK(dead.starts_with(R"({"foedselsEllerDNummer":[")"));
  const std::string women = read(R"({"personstatustyper":["doed"],"kjoenn":"kvinne"})");
  CHECK(women.size() < dead.size());
  CHECK(read(R"({"personstatustyper":["bosatt"],"foedselsaarFraOgMed":"2500"})") == "{}");
  for (const char* const body :
       {"", "{}", R"({"personstatustyper":[]})", R"({"personstatustyper":["levende"]})",
        R"({"personstatustyper":["bosatt"],"kjoenn":"annet"})",
        R"({"personstatustyper":["bosatt"],"foedselsaarFraOgMed":"1"})",
        R"({"personstatustyper":["bosatt"],"kommunenummer":{"bostedskommunenummer":"0301",)"
        R"("oppholdskommunenummer":"0301"}})"}) {
    CAPTURE(body);
    CHECK(client.post("/uttrekk/tilpasset", body).status == 400);
  }
}

TEST_CASE("an organisation has ten extracts at a time, and read ones do not count") {
  simulate::ServiceOptions options = Source::small();
  options.extract_takes = milliseconds(0);
  Source source(options);
  const Client client(source);
  std::string job;
  for (int i = 0; i < 10; ++i) {
    const Answer ordered = client.get("/uttrekk/komplett?feedsekvensnr=99999999");
    REQUIRE(ordered.status == 200);
    job = text_of(ordered.body, "jobbId");
  }
  const Answer refused = client.get("/uttrekk/komplett");
  CHECK(refused.status == 429);
  CHECK(refused.header("Retry-After") == "500");
  CHECK(client.get("/uttrekk/" + job + "/batch/x").status == 400);
  CHECK(client.get("/uttrekk/" + job + "/batch/99").body == "{}");
  CHECK(client.get("/uttrekk/komplett").status == 200);
  CHECK(client.get("/uttrekk/komplett?feedsekvensnr=x").status == 400);
  CHECK(client.get("/uttrekk/job-0/batch/0").status == 410);
}

} // namespace grunndata::tests
