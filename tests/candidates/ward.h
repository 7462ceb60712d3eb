// A town with a ward that issues hjelpenumre.
#pragma once

#include "registry/hjelpenummer/help_numbers.h"
#include "tests/candidates/crowd.h"

#include <memory>
#include <string>

namespace grunndata::registry::stories {

inline constexpr std::string_view hospital = "974760673";

struct Ward {
  explicit Ward(Engine engine = Engine::memory) : town(engine) {
    std::filesystem::create_directories(folder.path());
    auto opened = hjelpenummer::HelpNumbers::open(
        town.registry(), {.mark_file = folder.path() / "mark", .clock = {}});
    REQUIRE(opened.has_value());
    numbers = std::move(*opened);
    REQUIRE(numbers->delegate({.first = 830'000'000, .last = 830'099'999}).has_value());
  }
  [[nodiscard]] static Actor nurse() {
    Actor actor;
    actor.issuer = "test";
    actor.client_id = "mottak";
    actor.organisation = hospital;
    return actor;
  }
  hjelpenummer::HelpNumber issue(const hjelpenummer::Facts& facts,
                                 std::optional<hjelpenummer::Newborn> newborn = {}) {
    hjelpenummer::IssueRequest request;
    request.by = nurse();
    request.organisation = hospital;
    request.reason = "uten kjent nummer";
    request.facts = {facts};
    if (newborn) request.newborns = {*newborn};
    auto issued = numbers->issue(std::move(request));
    REQUIRE_MESSAGE(issued.has_value(), issued.error().message);
    REQUIRE(issued->numbers.size() == 1);
    return issued->numbers[0];
  }

  ScratchDirectory folder;
  Town town;
  std::unique_ptr<hjelpenummer::HelpNumbers> numbers;
};

} // namespace grunndata::registry::stories
