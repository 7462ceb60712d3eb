#include "importers/resh/unit_mapping.h"
#include "tests/sources/node_text.h"

#include <doctest/doctest.h>
#include <string>

using namespace grunndata;
using namespace grunndata::tests;
using importers::reading::MappingReport;
using importers::resh::FieldNames;
using importers::resh::UnitMapper;
using registry::virksomhet::NodeRecord;
using registry::virksomhet::NodeStatus;

namespace {

std::string text_of(std::string_view json, const FieldNames& names = {}) {
  UnitMapper mapper(names);
  MappingReport report;
  return mapped_text({std::string(json)}, mapper, report);
}

} // namespace

TEST_CASE("which field is which is configured, and numbers may be text") {
  const auto names = FieldNames::parse("reshId=EnhetsId, navn=Navn,overordnetReshId=Forelder");
  REQUIRE(names);
  CHECK(text_of(R"({"EnhetsId":"004990040","Navn":"X","Forelder":4990030,"kortnavn":"Y"})",
                *names) ==
        text_of(R"({"reshId":4990040,"navn":"X","overordnetReshId":"4990030","kortnavn":"Y"})"));
}

TEST_CASE("a name that is none of ours is refused with those there are") {
  const auto names = FieldNames::parse("reshId=a,foreldre=b");
  REQUIRE_FALSE(names);
  CHECK(names.error().code == registry::ErrorCode::invalid);
  CHECK(names.error().message.find("overordnetReshId") != std::string::npos);
  CHECK_FALSE(FieldNames::parse("reshId="));
  CHECK_FALSE(FieldNames::parse("reshId"));
  CHECK(FieldNames::parse(""));
}

TEST_CASE("status is told in words or numbers; an unknown one is counted and in use") {
  UnitMapper mapper{FieldNames()};
  MappingReport report;
  NodeRecord record;
  const auto status = [&](std::string_view value) {
    const std::string json = std::string("{\"reshId\":1,\"status\":").append(value).append("}");
    REQUIRE(mapper.map(json, record, report));
    return record.status;
  };
  CHECK(status("\"Aktiv\"") == NodeStatus::aktiv);
  CHECK(status("\"DEAKTIVERT\"") == NodeStatus::opphort);
  CHECK(status("\"UnderArbeid\"") == NodeStatus::under_arbeid);
  CHECK(status("1") == NodeStatus::under_arbeid);
  CHECK(status("\"2\"") == NodeStatus::aktiv);
  CHECK(status("3") == NodeStatus::opphort);
  CHECK(report.empty());
  CHECK(status("\"Ny\"") == NodeStatus::aktiv);
  CHECK(report.count(importers::reading::Oddity::unknown_value, "status") == 1);
}

TEST_CASE("purely administrative levels and withheld names are told") {
  CHECK(text_of(R"({"reshId":1,"organisatoriskBetegnelse":"72"})").find("administrative") !=
        std::string::npos);
  CHECK(text_of(R"({"reshId":1,"organisatoriskBetegnelse":"05"})").find("administrative") ==
        std::string::npos);
  for (const char* const yes : {"true", "\"Ja\"", "1"}) {
    CHECK(text_of(std::string("{\"reshId\":1,\"skjermetNavn\":") + yes + "}")
              .find("name withheld") != std::string::npos);
  }
  CHECK(text_of(R"({"reshId":1,"skjermetNavn":false})").find("name withheld") ==
        std::string::npos);
}

TEST_CASE("units without a RESH-id are refused, wrong numbers of others are counted") {
  CHECK(text_of(R"({"navn":"X"})") == "refused missing_identifier at reshId\n");
  CHECK(text_of(R"({"reshId":0})") == "refused missing_identifier at reshId\n");
  CHECK(text_of(R"({"reshId":12345678901})") == "refused length at reshId\n");
  UnitMapper mapper{FieldNames()};
  MappingReport report;
  NodeRecord record;
  REQUIRE(mapper.map(R"({"reshId":1,"organisasjonsnummer":"310000141","overordnetReshId":"x"})",
                     record, report));
  CHECK(record.relations.empty());
  CHECK(report.count(importers::reading::Oddity::bad_identifier) == 2);
}
