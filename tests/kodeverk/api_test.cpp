// /v1/kodeverk without a socket.
#include "api/v1/kodeverk.h"
#include "tests/clients/office.h"
#include "tests/kodeverk/lists.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::api;
using namespace grunndata::api::stories;
using registry::stories::code_list;
using registry::stories::dated;

namespace {

/// An office with two lists, one of them in two versions.
class Library {
public:
  Library() {
    auto opened = registry::Kodeverk::open(office_.registry());
    REQUIRE(opened.has_value());
    kodeverk_ = std::move(*opened);
    office_.options().kodeverk = kodeverk_.get();
    registry::CodeList partial = code_list("8666", {"05 Allmennlege"});
    partial.complete = false;
    REQUIRE(kodeverk_->load({code_list("9060", {"LE Lege", "SP Sykepleier"}), partial}));
    registry::CodeList later =
        dated(code_list("9060", {"LE Lege", "SÆR Særlig"}), "2025-01-01");
    later.codes[1].valid_to = registry::stories::day("2025-06-01");
    REQUIRE(kodeverk_->load({later}));
  }
  Told list(std::string_view query = {}) { return office_.ask(v1::list_code_lists, query); }
  Told show(std::string_view number, std::string_view query = {}) {
    return office_.ask(v1::code_list_by_number, query, {number});
  }
  Told code(std::string_view number, std::string_view code, std::string_view query = {}) {
    return office_.ask(v1::code_of_list, query, {number, code});
  }
  Office& office() { return office_; }

private:
  Office office_;
  std::unique_ptr<registry::Kodeverk> kodeverk_;
};

} // namespace

TEST_CASE("lists are told by number, without their codes") {
  Library library;
  const Told told = library.list();
  CHECK(told.status == 200);
  CHECK(told.body.starts_with(R"({"kodeverk":[{"number":"8666","title":"Kategori",)"
                              R"("complete":false,"source":"made by hand","loaded":")"));
  CHECK(told.holds(R"("number":"9060","title":"Kategori","complete":true)"));
  CHECK(told.holds(R"("validFrom":"2025-01-01")"));
  CHECK(told.holds(R"("shipped":false,"codeCount":2})"));
  CHECK_FALSE(told.holds("Sykepleier"));
  CHECK_FALSE(library.list("asOf=2024-01-01").holds("validFrom"));
  CHECK(library.list("recordedAsOf=2020-01-01").body == R"({"kodeverk":[]})");
}

TEST_CASE("a list is told as of a day with its codes, and what held before and after it") {
  Library library;
  const Told now = library.show("9060");
  CHECK(now.status == 200);
  CHECK(now.holds(R"("codes":[{"code":"LE","text":"Lege","active":true},)"
                  R"({"code":"SÆR","text":"Særlig","active":true,)"
                  R"("validTo":"2025-06-01"}]})"));
  CHECK(now.holds(R"("validTo":"2025-01-01","shipped":false,"replaced":false},)"));
  const Told before = library.show("9060", "asOf=2024-12-31");
  CHECK(before.holds(R"({"code":"SP","text":"Sykepleier","active":true}]})"));
  CHECK(before.holds(R"("codeCount":2,"validTo":"2025-01-01")"));
  CHECK(library.show("9060", "asOf=2025-06-01")
            .holds(R"("codes":[{"code":"LE","text":"Lege","active":true}]})"));
  const Told missing = library.show("9061");
  CHECK(missing.status == 404);
  CHECK(missing.member("code") == "kodeverk_not_found");
  CHECK(library.show("9060", "recordedAsOf=2020-01-01").status == 404);
}

TEST_CASE("one code is told, and one that is unknown with what its list is worth") {
  Library library;
  CHECK(library.code("9060", "LE").body ==
        R"({"number":"9060","complete":true,"code":"LE","text":"Lege","active":true,)"
        R"("valid":true})");
  CHECK(library.code("9060", "S%C3%86R", "asOf=2025-05-31").holds(R"("valid":true})"));
  CHECK(library.code("9060", "S%C3%86R", "asOf=2025-06-01").holds(R"("valid":false})"));
  const Told unknown = library.code("9060", "le");
  CHECK(unknown.status == 404);
  CHECK(unknown.member("code") == "code_not_found");
  CHECK(unknown.member("detail") == "The list has all its codes");
  CHECK(library.code("8666", "06").member("detail") ==
        "The list is not complete: the code may exist");
  CHECK(library.code("8667", "06").member("code") == "kodeverk_not_found");
  CHECK(library.code("9060", "%ff").member("code") == "kodeverk_not_found");
}

TEST_CASE("an answer is not sent again to whom it is the same") {
  Library library;
  const Told told = library.list();
  const std::size_t at = told.headers.find("ETag: ");
  REQUIRE(at != std::string::npos);
  const std::string tag = told.headers.substr(at + 6, 34);
  const Told again = library.office().ask_with(v1::list_code_lists, http::Method::get, {},
                                               {"If-None-Match", tag});
  CHECK(again.status == 304);
  CHECK(again.body.empty());
  CHECK(again.headers.find(tag) != std::string::npos);
  CHECK(library.office()
            .ask_with(v1::list_code_lists, http::Method::get, "asOf=2024-01-01",
                      {"If-None-Match", tag})
            .status == 200);
}

TEST_CASE("questions are read strictly, and a server without lists says so") {
  Library library;
  for (const char* query : {"x=1", "asOf=soon", "asOf=2024-01-01&asOf=2024-01-01", "asOf=%zz",
                            "recordedAsOf=7", "asOf="}) {
    CAPTURE(query);
    CHECK(library.list(query).status == 400);
    CHECK(library.show("9060", query).status == 400);
    CHECK(library.code("9060", "LE", query).status == 400);
  }
  library.office().options().kodeverk = nullptr;
  CHECK(library.list().status == 503);
  CHECK(library.show("9060").status == 503);
  CHECK(library.code("9060", "LE").status == 503);
}
