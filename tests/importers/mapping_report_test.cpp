#include "importers/reading/mapping_report.h"

#include <array>
#include <doctest/doctest.h>

using namespace grunndata::importers::reading;

namespace {
void note(MappingReport& report, std::string_view name) {
  const std::array<std::string_view, 2> path{"navn", name};
  report.note(Oddity::unknown_field, path);
}
} // namespace

TEST_CASE("names that could hold personal data are not repeated") {
  MappingReport report;
  for (const char* name : {"12838449881", "Kari Nordmann", "x/y", "", "felt12345"}) {
    note(report, name);
  }
  note(report, std::string(65, 'a'));
  CHECK(report.count(Oddity::unknown_field, "navn.*") == 6);
  note(report, "felt2024");
  CHECK(report.count(Oddity::unknown_field, "navn.felt2024") == 1);
}

TEST_CASE("the number of places is bounded") {
  MappingReport report;
  for (std::size_t name = 0; name < MappingReport::places_max + 50; ++name) {
    note(report, std::string(1 + name % 26, static_cast<char>('a' + name / 26 % 26)) +
                     std::string(1, static_cast<char>('A' + name / 676)));
  }
  CHECK(report.counts().size() <= MappingReport::places_max + oddities_count);
  CHECK(report.count(Oddity::unknown_field) == MappingReport::places_max + 50);
}

TEST_CASE("reports of threads add up") {
  MappingReport one;
  MappingReport other;
  note(one, "a");
  note(other, "a");
  note(other, "b");
  one.merge(other);
  CHECK(one.count(Oddity::unknown_field, "navn.a") == 2);
  CHECK(one.count(Oddity::unknown_field, "navn.b") == 1);
}
