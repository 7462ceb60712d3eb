#include "importers/virksomhet/source_time.h"
#include "tests/sources/node_text.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::importers::virksomhet;
using tests::day;

namespace {

std::string text_of(const std::optional<registry::Instant>& when) {
  return when ? registry::format_instant(*when) : "none";
}

} // namespace

TEST_CASE("a date is midnight in Oslo, an inclusive end the midnight after") {
  CHECK(source_instant("2023-01-01") == day("2023-01-01"));
  CHECK(inclusive_end("2022-12-31") == day("2023-01-01"));
  CHECK(inclusive_end("2024-02-28") == day("2024-02-29"));
  CHECK(inclusive_end("2026-02-28T00:00:00") == day("2026-03-01"));
  CHECK(inclusive_end("2026-02-28T00:00:00.000") == day("2026-03-01"));
  CHECK(inclusive_end("2026-02-28T12:00:00") == source_instant("2026-02-28T12:00:00"));
}

TEST_CASE("no end is no end") {
  CHECK_FALSE(inclusive_end("9999-12-31"));
  CHECK_FALSE(inclusive_end("9999-12-31T23:59:59.9999999"));
}

TEST_CASE("a time without a zone is Oslo's, in winter, in summer and on the days between") {
  CHECK(text_of(source_instant("2024-01-04T09:59:57.87")) == "2024-01-04T08:59:57.870000Z");
  CHECK(text_of(source_instant("2024-07-04T09:59:57")) == "2024-07-04T07:59:57.000000Z");
  CHECK(text_of(source_instant("2024-03-31T01:59:59")) == "2024-03-31T00:59:59.000000Z");
  CHECK(text_of(source_instant("2024-03-31T03:00:00")) == "2024-03-31T01:00:00.000000Z");
  CHECK(text_of(source_instant("2024-10-27T01:59:59")) == "2024-10-26T23:59:59.000000Z");
  CHECK(text_of(source_instant("2024-10-27T03:00:00")) == "2024-10-27T02:00:00.000000Z");
}

TEST_CASE("a time with a zone is what it says") {
  CHECK(text_of(source_instant("2026-03-01T08:00:00+01:00")) == "2026-03-01T07:00:00.000000Z");
  CHECK(text_of(source_instant("2026-03-01T08:00:00Z")) == "2026-03-01T08:00:00.000000Z");
}

TEST_CASE("what is no time is none") {
  for (const char* const text : {"", "2023", "2023-02-30", "2023-13-01T00:00:00", "31.12.2022",
                                 "2023-01-01 00:00:00", "2023-01-01T25:00:00", "2023-01-01T"}) {
    CAPTURE(text);
    CHECK_FALSE(source_instant(text));
    CHECK_FALSE(inclusive_end(text));
  }
}
