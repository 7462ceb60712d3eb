#include "importers/folkeregisteret/sync/sync_state.h"
#include "importers/folkeregisteret/sync/wire.h"
#include "importers/following/said_error.h"
#include "importers/following/transport.h"

#include <doctest/doctest.h>

namespace grunndata::tests {

namespace sync = importers::folkeregisteret::sync;
namespace following = importers::following;

TEST_CASE("a page of the feed is read as Folkeregisteret writes it") {
  const auto page = sync::read_feed_page(
      R"([{"sekvensnummer":1840001,"hendelse":{"folkeregisteridentifikator":"55819049857",)"
      R"("hendelsetype":"endringIIdentifikasjonsnummer","hendelsesdokument":"fe70",)"
      R"("persondokument":"40b8","ajourholdstidspunkt":"2023-06-12T13:25:40.662190+02:00"}},)"
      R"({"sekvensnummer":1840004,"hendelse":{"folkeregisteridentifikator":"15819049863",)"
      R"("hendelsetype":"noeNytt"},"mer":1}])");
  REQUIRE(page);
  REQUIRE(page->size() == 2);
  CHECK((*page)[0].sequence == 1'840'001);
  CHECK((*page)[0].type == "endringIIdentifikasjonsnummer");
  CHECK((*page)[0].person_document == "40b8");
  CHECK(registry::format_instant(*(*page)[0].recorded) == "2023-06-12T11:25:40.662190Z");
  CHECK((*page)[1].type == "noeNytt");
  CHECK((*page)[1].person_document.empty());
  CHECK_FALSE((*page)[1].recorded);
  CHECK(sync::read_feed_page("[]")->empty());
}

TEST_CASE("a page that is cut off or lacks what the protocol needs moves nothing") {
  const std::string whole =
      R"([{"sekvensnummer":1,"hendelse":{"folkeregisteridentifikator":"1","hendelsetype":"a"}}])";
  REQUIRE(sync::read_feed_page(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(sync::read_feed_page(whole.substr(0, size)));
  }
  for (const char* const text :
       {R"([{"hendelse":{"folkeregisteridentifikator":"1"}}])", R"([{"sekvensnummer":1}])",
        R"([{"sekvensnummer":-1,"hendelse":{"folkeregisteridentifikator":"1"}}])",
        R"([{"sekvensnummer":1,"hendelse":{"folkeregisteridentifikator":"1\"]}"}}])", "{}", "1",
        "<html>", "[1]"}) {
    CHECK_FALSE(sync::read_feed_page(text));
  }
}

TEST_CASE("the newest number, jobs and batches are read strictly") {
  CHECK(*sync::read_sequence("1840023") == 1'840'023);
  CHECK(*sync::read_sequence(" 0\n") == 0);
  for (const char* const text : {"", "-1", "1.5", "\"1\"", R"({"sekvensnummer":1})", "1 2"}) {
    CHECK_FALSE(sync::read_sequence(text));
  }
  CHECK(*sync::read_job(R"({"jobbId":"0f3c2f0e-5a5e"})") == "0f3c2f0e-5a5e");
  for (const char* const text : {"{}", R"({"jobbId":""})", R"({"jobbId":"../personer"})", "1"}) {
    CHECK_FALSE(sync::read_job(text));
  }
  const auto batch = sync::read_extract_batch(R"({"dokumentidentifikator":["40b8","83e7"]})");
  REQUIRE(batch);
  REQUIRE(*batch);
  CHECK(**batch == std::vector<std::string>{"40b8", "83e7"});
  CHECK_FALSE(*sync::read_extract_batch("{}"));
  for (const char* const text : {"", "[]", R"({"dokumentidentifikator":[1]})",
                                 R"({"dokumentidentifikator":["a\"b"]})", R"({"annet":[]})"}) {
    CHECK_FALSE(sync::read_extract_batch(text));
  }
}

TEST_CASE("all three bodies of errors are read, and no identifier is repeated") {
  const auto first = following::read_error(R"({"kode":"FREG-001","melding":"Feil i tjenesten"})");
  CHECK(first.code == "FREG-001");
  const auto second = following::read_error(
      R"({"httpStatus":400,"alvorlighetsgrad":"feil","feilkode":"X","feilmelding":"for )"
      "55819049857"
      R"("})");
  CHECK(second.code == "X");
  CHECK(second.message == "for ***********");
  CHECK(following::read_error(R"({"httpStatus":500,"code":"Y","message":"m","feilreferanse":"r"})")
            .message == "m");
  CHECK(following::read_error("<html>Support ID</html>").code.empty());
}

TEST_CASE("bulk answers give persons, faults, and archived persons in each form") {
  std::string persons =
      R"({"oppslag":[{"foedselsEllerDNummer":"1","folkeregisterperson":{"navn":[]}},)"
      R"({"foedselsEllerDNummer":"2","feilmelding":{"feilmelding":"Fant ikke person"}}]})";
  const auto items = sync::read_bulk_answer(persons);
  REQUIRE(items);
  REQUIRE(items->size() == 2);
  CHECK((*items)[0].document == R"({"navn":[]})");
  CHECK((*items)[1].document.empty());
  CHECK((*items)[1].error == "Fant ikke person");

  std::string bare = R"([{"navn":[{"a":"}"}]},{"status":[]}])";
  const auto archived = sync::read_bulk_answer(bare);
  REQUIRE(archived);
  REQUIRE(archived->size() == 2);
  CHECK((*archived)[0].document == R"({"navn":[{"a":"}"}]})");
  for (std::size_t size = 0; size < persons.size(); ++size) {
    std::string cut = persons.substr(0, size);
    CHECK_FALSE(sync::read_bulk_answer(cut));
  }
}

TEST_CASE("what is remembered of following is read as it was written, or not at all") {
  sync::SyncState state;
  state.phase = sync::Phase::reading;
  state.start = 18;
  state.job = "job-1";
  state.batch = 4;
  state.done = 2'000;
  state.ordered = {5};
  state.pointer = 7;
  state.pointer_done = true;
  state.pointer_mark = "personErDoed/40b8/2023-06-12T11:25:40.662190Z";
  state.stamp = {6};
  state.newest_event = registry::Instant{-9};
  state.gaps = {{3, 3, {7}}, {5, 90, {-8}}};
  const std::string text = sync::write_state(state);
  CHECK(*sync::read_state(text) == state);
  CHECK(*sync::read_state(sync::write_state({})) == sync::SyncState{});
  for (const char* const damaged :
       {"", "sync 2\n", "sync 1\nphase sleeping\n", "sync 1\nstart x\n", "sync 1\nother 1\n",
        "sync 1\nstart 1", "sync 1\ngap \n", "sync 1\ngap 1\n", "sync 1\ngap 1 2\n",
        "sync 1\ngap 2 1 0\n", "sync 1\ngap 1 2 0 \n", "sync 1\ngap 3 5 0\ngap 5 6 0\n"}) {
    CAPTURE(damaged);
    CHECK_FALSE(sync::read_state(damaged));
  }
}

TEST_CASE("only addresses of a source are taken, plain http on loopback alone") {
  CHECK(following::check_base_url("https://folkeregisteret.example/v1", "Folkeregisteret"));
  CHECK(following::check_base_url("http://127.0.0.1:8200/v1", "Folkeregisteret"));
  CHECK(following::check_base_url("http://[::1]:8200/v1", "Folkeregisteret"));
  for (const char* const url :
       {"", "ftp://a/v1", "http://folkeregisteret.example/v1", "https://a/v1/", "https://a/v1?x=1",
        "https://u:p@a/v1", "https:///v1", "http://127.0.0.1.example.com/v1"}) {
    CHECK_FALSE(following::check_base_url(url, "Folkeregisteret"));
  }
}

} // namespace grunndata::tests
