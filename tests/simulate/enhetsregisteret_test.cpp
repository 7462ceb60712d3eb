// The simulated Enhetsregisteret keeps the traps of the real one: each has broken somebody.
#include "identifiers/check.h"
#include "tools/simulate/enhetsregisteret/service.h"

#include <doctest/doctest.h>
#include <simdjson.h>
#include <zlib.h>

#include <algorithm>
#include <set>
#include <thread>

using namespace grunndata;
using namespace grunndata::simulate::enhetsregisteret;
namespace dom = simdjson::dom;

namespace {

constexpr generate::virksomhet::NationOptions nation{
    .enheter = 2'000, .underenheter = 1'500, .resh = 600, .her = 2'000, .seed = 7};
const std::string base = "http://127.0.0.1:8400/enhetsregisteret/api";

struct Told {
  int status = 0;
  std::string type;
  std::string body;
  std::string last_modified;

  [[nodiscard]] bool holds(std::string_view text) const {
    return body.find(text) != std::string::npos;
  }
  /// The number or text that stands at a JSON Pointer.
  [[nodiscard]] std::uint64_t number(std::string_view pointer) const {
    dom::parser parser;
    std::uint64_t value = 0;
    const auto document = parser.parse(body);
    REQUIRE_MESSAGE(document.at_pointer(pointer).get_uint64().get(value) == simdjson::SUCCESS,
                    body.substr(0, 300));
    return value;
  }
  [[nodiscard]] std::string text(std::string_view pointer) const {
    dom::parser parser;
    std::string_view value;
    const auto document = parser.parse(body);
    REQUIRE_MESSAGE(document.at_pointer(pointer).get_string().get(value) == simdjson::SUCCESS,
                    body.substr(0, 300));
    return std::string(value);
  }
};

class Register {
public:
  Register() : service_(nation), routes_(api::http::RouteTable::build(service_.routes()).value()) {}

  Told ask(std::string_view target, std::string_view accept = {}) {
    return call(api::http::Method::get, target, {}, accept);
  }
  Told api(std::string_view target) {
    return ask(std::string(service_path).append(target));
  }
  void happen(std::string_view what, int count = 1) {
    const std::string body = R"({"what":")" + std::string(what) + R"(","count":)" +
                             std::to_string(count) + '}';
    const Told told = call(api::http::Method::post, "/simulator/happen", body);
    REQUIRE_MESSAGE(told.status == 200, told.body);
  }
  int post(std::string_view path, std::string_view body) {
    return call(api::http::Method::post, path, body).status;
  }
  /// The first cursor behind everything told so far.
  std::uint64_t end_of(std::string_view kind) {
    const Told status = ask("/simulator/status");
    return status.number(kind == "enheter" ? "/newestEnhet" : "/newestUnderenhet") + 1;
  }
  Told news(std::string_view kind, std::uint64_t from, std::string_view more = {}) {
    return api(std::string("/oppdateringer/")
                   .append(kind)
                   .append("?oppdateringsid=")
                   .append(std::to_string(from))
                   .append(more));
  }
  Service& service() { return service_; }

private:
  Told call(api::http::Method method, std::string_view target, std::string_view body,
            std::string_view accept = {}) {
    const std::size_t mark = target.find('?');
    const std::array<api::http::Header, 1> headers{{{"Accept", accept}}};
    api::http::Request request;
    request.method = method;
    request.target = target;
    request.host = "127.0.0.1:8400";
    request.path = target.substr(0, mark);
    if (mark != target.npos) request.query = target.substr(mark + 1);
    request.body = body;
    if (!accept.empty()) request.headers = headers;
    const auto match = routes_.match(method, request.path);
    REQUIRE_MESSAGE(match.route != nullptr, std::string(target));
    request.path_parameters = match.parameters;
    api::http::Response response;
    match.route->handler(request, response);
    return {response.status, std::string(response.content_type), response.body,
            std::string(response.header("Last-Modified").value_or(""))};
  }

  Service service_;
  api::http::RouteTable routes_;
};

std::string unpacked(std::string_view packed) {
  z_stream stream{};
  REQUIRE(::inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string text(packed.size() * 40 + 1'000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  CHECK(::inflate(&stream, Z_FINISH) == Z_STREAM_END);
  text.resize(stream.total_out);
  ::inflateEnd(&stream);
  return text;
}

} // namespace

TEST_CASE("a unit is told under its own kind of path alone, with links to itself") {
  Register reg;
  const Told list = reg.api("/underenheter?organisasjonsform=BEDR&size=1");
  const std::string number = list.text("/_embedded/underenheter/0/organisasjonsnummer");
  CHECK(identifiers::check_orgnr(number).valid);
  const Told sub = reg.api("/underenheter/" + number);
  CHECK(sub.status == 200);
  CHECK(sub.type == "application/vnd.brreg.enhetsregisteret.underenhet.v2+json;charset=UTF-8");
  CHECK(sub.text("/respons_klasse") == "Underenhet");
  CHECK(sub.text("/_links/self/href") == base + "/underenheter/" + number);
  const std::string parent = sub.text("/overordnetEnhet");
  CHECK(reg.api("/enheter/" + parent).status == 200);
  CHECK(reg.api("/enheter/" + number).status == 404);
  CHECK(reg.api("/underenheter/" + parent).status == 404);
  CHECK(reg.api("/enheter/999999999").status == 404);
}

TEST_CASE("only version 2 and 1 of our own types can be asked for") {
  Register reg;
  const std::string path = std::string(service_path).append("/enheter?size=1");
  CHECK(reg.ask(path, "*/*").status == 200);
  CHECK(reg.ask(path, "application/json, text/plain").status == 200);
  const std::string own = "application/vnd.brreg.enhetsregisteret.enhet.v2+json;charset=UTF-8";
  CHECK(reg.ask(path, own).status == 200);
  CHECK(reg.ask(path, "application/vnd.brreg.enhetsregisteret.enhet.v3+json").status == 406);
  CHECK(reg.ask(path, "text/html").status == 406);
}

TEST_CASE("a search shows ten thousand at most, and nothing where nothing is found") {
  Register reg;
  const Told first = reg.api("/enheter?size=1000");
  CHECK(first.number("/page/size") == 1'000);
  CHECK(first.number("/page/totalElements") > 1'900); // some have ended
  CHECK(first.holds("\"next\""));
  CHECK(reg.api("/enheter?size=10000&page=0").status == 200);
  CHECK(reg.api("/enheter?size=10000&page=1").status == 400);
  CHECK(reg.api("/enheter?size=20&page=500").status == 400);
  CHECK(reg.api("/enheter?size=10001").status == 400);
  CHECK(reg.api("/enheter?farge=rød").status == 400);
  const Told none = reg.api("/enheter?navn=finnesikke");
  CHECK(none.status == 200);
  CHECK_FALSE(none.holds("_embedded"));
  CHECK(none.number("/page/totalElements") == 0);
  const Told towns = reg.api("/enheter?organisasjonsform=KOMM");
  const std::string town = towns.text("/_embedded/enheter/0/organisasjonsnummer");
  CHECK(reg.api("/enheter?overordnetEnhet=" + town).number("/page/totalElements") >= 3);
  const std::string other = towns.text("/_embedded/enheter/1/organisasjonsnummer");
  CHECK(reg.api("/enheter?organisasjonsnummer=" + town + "," + other)
            .number("/page/totalElements") == 2);
}

TEST_CASE("a feed's cursor is inclusive, its ids are sparse, and caught up has no _embedded") {
  Register reg;
  const std::uint64_t end = reg.end_of("enheter");
  const Told nothing = reg.news("enheter", end);
  CHECK(nothing.status == 200);
  CHECK_FALSE(nothing.holds("_embedded"));
  CHECK(nothing.number("/page/totalElements") == 0);

  const Told page = reg.news("enheter", 0, "&size=100");
  dom::parser parser;
  std::set<std::uint64_t> ids;
  std::uint64_t before = 0;
  const dom::element document = parser.parse(page.body);
  dom::array rows;
  REQUIRE(document["_embedded"]["oppdaterteEnheter"].get_array().get(rows) == simdjson::SUCCESS);
  for (const dom::element row : rows) {
    const std::uint64_t id = row["oppdateringsid"].get_uint64().value();
    CHECK(id > before);
    before = id;
    ids.insert(id);
    CHECK(row["_links"]["enhet"]["href"].get_string().value().starts_with(base + "/enheter/"));
  }
  CHECK(ids.size() == 100);
  CHECK(*ids.rbegin() - *ids.begin() > 150); // sparse
  const Told again = reg.news("enheter", *ids.rbegin(), "&size=2");
  CHECK(again.number("/_embedded/oppdaterteEnheter/0/oppdateringsid") == *ids.rbegin());
  CHECK(again.number("/page/totalElements") == page.number("/page/totalElements") - 99);
  CHECK(reg.news("enheter", 0, "&size=10000&page=1").status == 400);
  CHECK(reg.news("enheter", 0, "&oppdateringsid=x").status == 200); // the first one counts
  CHECK(reg.api("/oppdateringer/enheter?oppdateringsid=x").status == 400);
  CHECK(reg.api("/oppdateringer/enheter?dato=2020-01-01T00:00:00.000Z&size=1")
            .number("/page/totalElements") == page.number("/page/totalElements"));
  CHECK_FALSE(reg.api("/oppdateringer/enheter?dato=2999-01-01T00:00:00.000Z").holds("_embedded"));
  CHECK(reg.api("/oppdateringer/enheter?dato=igår").status == 400);
}

TEST_CASE("the two feeds count on their own, and all five types come, and one nobody knows") {
  Register reg;
  CHECK(reg.end_of("enheter") > 24'000'000);
  CHECK(reg.end_of("underenheter") < 22'000'000);
  reg.happen("life", 400);
  CHECK(reg.post("/simulator/fault", R"({"fault":"unknown-type"})") == 200);
  std::string all;
  for (const char* kind : {"enheter", "underenheter"}) all += reg.news(kind, 0, "&size=10000").body;
  for (const char* type : {"Ukjent", "Ny", "Endring", "Sletting", "Fjernet", "Omregistrert"}) {
    CAPTURE(type);
    CHECK(all.find(R"("endringstype":")" + std::string(type) + '"') != std::string::npos);
  }
}

TEST_CASE("what changed is told only to whom asks, and never all of it") {
  Register reg;
  const std::uint64_t main = reg.end_of("enheter");
  const std::uint64_t sub = reg.end_of("underenheter");
  reg.happen("renamed", 20);
  CHECK_FALSE(reg.news("enheter", main).holds("endringer"));
  const Told told = reg.news("enheter", main, "&includeChanges=true");
  CHECK(told.text("/_embedded/oppdaterteEnheter/0/endringer/0/path") == "/navn");
  const std::string number = told.text("/_embedded/oppdaterteEnheter/0/organisasjonsnummer");
  const Told unit = reg.api("/enheter/" + number);
  CHECK(unit.text("/navn") == told.text("/_embedded/oppdaterteEnheter/0/endringer/0/value"));
  CHECK_FALSE(unit.text("/historiskeNavn/0/navn").empty());
  CHECK(reg.api("/oppdateringer/enheter?organisasjonsnummer=" + number)
            .number("/page/totalElements") == 2);
  reg.happen("owner-changed");
  const Told moved = reg.news("underenheter", sub, "&size=10000");
  CHECK(moved.holds("Endring"));
}

TEST_CASE("who is deleted is told in short and without parent, who is removed is gone") {
  Register reg;
  const auto first_of = [&reg](std::string_view kind, std::uint64_t from) {
    const Told told = reg.news(kind, from);
    return told.holds("_embedded")
               ? told.text(kind == "enheter" ? "/_embedded/oppdaterteEnheter/0/organisasjonsnummer"
                                             : "/_embedded/oppdaterteUnderenheter/0/"
                                               "organisasjonsnummer")
               : std::string();
  };
  for (const char* what : {"deleted", "removed"}) {
    const std::uint64_t main = reg.end_of("enheter");
    const std::uint64_t sub = reg.end_of("underenheter");
    reg.happen(what, 12); // of both kinds, surely
    const std::string unit = first_of("enheter", main);
    const std::string part = first_of("underenheter", sub);
    REQUIRE_FALSE(unit.empty());
    REQUIRE_FALSE(part.empty());
    const Told told_unit = reg.api("/enheter/" + unit);
    const Told told_part = reg.api("/underenheter/" + part);
    const bool is_deleted = std::string_view(what) == "deleted";
    CHECK(told_unit.status == (is_deleted ? 200 : 410));
    CHECK(told_part.status == (is_deleted ? 200 : 410));
    CHECK_FALSE(told_unit.text("/slettedato").empty());
    CHECK_FALSE(told_part.holds("overordnetEnhet"));
    CHECK(told_part.holds("nedleggelsesdato") == is_deleted);
    CHECK(told_unit.holds("respons_klasse") == is_deleted);
    if (is_deleted) {
      CHECK(told_unit.text("/respons_klasse") == "SlettetEnhet");
      CHECK(told_part.text("/respons_klasse") == "SlettetUnderEnhet"); // really with a capital E
    }
  }
}

TEST_CASE("bulk files are as they were when they were made, and without who has ended") {
  Register reg;
  const Told packed = reg.api("/enheter/lastned");
  CHECK(packed.type == "application/vnd.brreg.enhetsregisteret.enhet.v2+gzip;charset=UTF-8");
  CHECK(packed.last_modified.ends_with(" GMT"));
  const std::string text = unpacked(packed.body);
  dom::parser parser;
  dom::array all;
  REQUIRE(parser.parse(text).get_array().get(all) == simdjson::SUCCESS);
  CHECK(all.size() == reg.api("/enheter?size=1").number("/page/totalElements"));
  CHECK(all.size() < nation.enheter);
  CHECK(text.find("_links") == std::string::npos);
  CHECK(text.find(R"("links":[])") != std::string::npos);
  const std::uint64_t before = reg.end_of("enheter");
  reg.happen("founded", 3);
  CHECK(reg.api("/enheter/lastned").body == packed.body);
  const std::string fresh =
      reg.news("enheter", before).text("/_embedded/oppdaterteEnheter/0/organisasjonsnummer");
  CHECK(reg.api("/enheter/" + fresh).status == 200);
  CHECK(text.find(fresh) == std::string::npos);
  CHECK(reg.post("/simulator/publish", "{}") == 200);
  CHECK(unpacked(reg.api("/enheter/lastned").body).find(fresh) != std::string::npos);
  CHECK(parser.parse(unpacked(reg.api("/underenheter/lastned").body)).error() ==
        simdjson::SUCCESS);
}

TEST_CASE("owners and leaders are told in groups, of main units alone") {
  Register reg;
  const Told list = reg.api("/enheter?organisasjonsform=IKS");
  const std::string number = list.text("/_embedded/enheter/0/organisasjonsnummer");
  const Told roles = reg.api("/enheter/" + number + "/roller");
  CHECK(roles.text("/rollegrupper/0/type/kode") == "EIKM");
  const std::string owner = roles.text("/rollegrupper/0/roller/0/enhet/organisasjonsnummer");
  CHECK(reg.api("/enheter/" + owner).text("/organisasjonsform/kode") == "KOMM");
  CHECK(roles.text("/rollegrupper/1/roller/0/person/fodselsdato").size() == 10);
  CHECK(reg.api("/enheter/999999999/roller").status == 404);
  const Told events = reg.api("/oppdateringer/roller?afterTime=2020-01-01T00:00:00Z&size=5");
  CHECK(events.text("/4/type") == "no.brreg.enhetsregisteret.rolle.oppdatert");
  CHECK(reg.api("/oppdateringer/roller?afterTime=igår").status == 400);
}

TEST_CASE("roles have a file and a feed of their own, which tells time to the second") {
  Register reg;
  const std::string roles = unpacked(reg.api("/roller/totalbestand").body);
  dom::parser parser;
  dom::array all;
  REQUIRE(parser.parse(roles).get_array().get(all) == simdjson::SUCCESS);
  CHECK(all.size() == reg.api("/enheter?size=1").number("/page/totalElements"));
  CHECK(roles.starts_with(R"([{"organisasjonsnummer":")"));
  const auto told = [&reg] {
    const Told events = reg.api("/oppdateringer/roller?afterTime=2020-01-01T00:00:00Z&size=10000");
    return std::ranges::count(events.body, '{') / 2;
  };
  const auto before = told();
  const std::uint64_t units = reg.end_of("enheter");
  reg.happen("led-anew", 3);
  CHECK(told() == before + 3);
  CHECK(reg.end_of("enheter") == units); // the unit itself has not changed
  const Told first = reg.api("/oppdateringer/roller?afterTime=2020-01-01T00:00:00Z&size=2");
  CHECK(first.text("/0/time").ends_with(".000Z"));
  CHECK(first.text("/0/time") == first.text("/1/time"));
}

TEST_CASE("the truth is every unit as it would be answered, and feeds can be filled anew") {
  Register reg;
  const Told truth = reg.ask("/simulator/truth");
  CHECK(static_cast<std::uint64_t>(std::ranges::count(truth.body, '\n')) ==
        nation.enheter + nation.underenheter);
  CHECK(truth.holds("SlettetEnhet"));
  CHECK(reg.ask("/simulator/truth/roles").holds("rollegrupper"));
  const std::uint64_t end = reg.end_of("enheter");
  CHECK(reg.post("/simulator/fault", R"({"fault":"respool"})") == 200);
  CHECK_FALSE(reg.news("enheter", end - 1).holds("_embedded"));
  CHECK(reg.news("enheter", 0).holds("_embedded"));
  CHECK(reg.post("/simulator/rest", "{}") == 200);
}

TEST_CASE("faults begin on command, and end") {
  Register reg;
  const auto during = [&reg](const char* fault) {
    CHECK(reg.post("/simulator/fault", R"({"fault":")" + std::string(fault) +
                                           R"(","milliseconds":60000})") == 200);
    const Told told = reg.api("/enheter?size=5");
    CHECK(reg.post("/simulator/fault", R"({"fault":")" + std::string(fault) +
                                           R"(","milliseconds":0})") == 200);
    return told;
  };
  CHECK(during("busy").status == 429);
  CHECK(during("failing").status == 500);
  CHECK(during("not-found").status == 404);
  CHECK(during("gone").status == 410);
  CHECK_FALSE(during("gone").holds("slettedato"));
  CHECK(during("html").holds("<html>"));
  dom::parser parser;
  CHECK(parser.parse(during("cut").body).error() != simdjson::SUCCESS);
  CHECK(reg.api("/enheter?size=5").status == 200);
  const std::uint64_t end = reg.end_of("enheter");
  CHECK(reg.post("/simulator/fault", R"({"fault":"freeze","milliseconds":60000})") == 200);
  reg.happen("renamed", 20);
  CHECK_FALSE(reg.news("enheter", end).holds("_embedded"));
  CHECK(reg.post("/simulator/fault", R"({"fault":"expired-token"})") == 400);
  CHECK(reg.post("/simulator/fault", "{") == 400);
  CHECK(reg.post("/simulator/happen", R"({"what":"nothing"})") == 400);
}

TEST_CASE("many ask while things happen") {
  Register reg;
  std::thread life([&reg] { reg.service().live(2'000); });
  for (int round = 0; round < 30; ++round) {
    CHECK(reg.news("enheter", 0, "&size=50").status == 200);
    CHECK(reg.api("/underenheter?size=5&page=3").status == 200);
  }
  life.join();
  dom::parser parser;
  CHECK(parser.parse(reg.news("enheter", 0, "&size=10000&includeChanges=true").body).error() ==
        simdjson::SUCCESS);
}
