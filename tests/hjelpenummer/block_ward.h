// A registry that issues, with blocks for downtime and a clock that the story sets.
#pragma once

#include "registry/hjelpenummer/blocks.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>

namespace grunndata::registry::hjelpenummer::stories {

using registry::stories::Engine;

inline constexpr std::string_view hospital = "974760673";
inline constexpr std::string_view other_hospital = "991825827";
inline constexpr PrefixRange range_of_story{.first = 830'000'000, .last = 830'099'999};

inline Instant after(Instant from, std::chrono::seconds by) {
  return {from.microseconds + std::chrono::microseconds(by).count()};
}

inline Actor nurse() {
  Actor actor;
  actor.issuer = "test";
  actor.client_id = "akuttmottak";
  actor.organisation = hospital;
  actor.user_name = "Syntetisk Sykepleier";
  return actor;
}

class BlockWard {
public:
  explicit BlockWard(Engine engine = Engine::memory) : town(engine) {
    std::filesystem::create_directories(folder.path());
    open();
    const auto delegated = numbers->delegate(range_of_story);
    REQUIRE_MESSAGE(delegated.has_value(), delegated.error().message);
  }
  void open() {
    blocks.reset();
    numbers.reset(); // a mark is open once
    const auto clock = [this] { return time; };
    auto opened =
        HelpNumbers::open(town.registry(), {.mark_file = folder.path() / "mark", .clock = clock});
    REQUIRE(opened.has_value());
    numbers = std::move(*opened);
    blocks = std::make_unique<Blocks>(town.registry(), *numbers,
                                      BlocksOptions{.sign = sign, .clock = clock});
  }
  void reopen() {
    blocks.reset();
    numbers.reset();
    town.reopen();
    open();
  }
  void pass(std::chrono::seconds by) { time = after(time, by); }

  [[nodiscard]] BlockRequest block_request(std::size_t count = 5) const {
    BlockRequest request;
    request.by = nurse();
    request.organisation = hospital;
    request.label = "Akuttmottak, øst";
    request.count = count;
    request.expires = after(time, std::chrono::days(30));
    return request;
  }
  Block reserve(std::size_t count = 5) {
    auto reserved = blocks->reserve(block_request(count));
    REQUIRE_MESSAGE(reserved.has_value(), reserved.error().message);
    return reserved->block;
  }
  [[nodiscard]] UsedNumber used(const std::string& number, const std::string& name = "Ola") const {
    UsedNumber used;
    used.number = number;
    used.used = time;
    used.facts.given_name = name;
    return used;
  }
  [[nodiscard]] static ReportRequest report_request(const Block& block,
                                                    std::vector<UsedNumber> used) {
    ReportRequest request;
    request.by = nurse();
    request.organisation = hospital;
    request.block = block.number;
    request.used = std::move(used);
    return request;
  }
  std::vector<ReportedNumber> report(ReportRequest request) {
    auto reported = blocks->report(std::move(request));
    REQUIRE_MESSAGE(reported.has_value(), reported.error().message);
    return reported->numbers;
  }
  ReportedNumber report(const Block& block, const UsedNumber& one) {
    const auto reported = report(report_request(block, {one}));
    REQUIRE(reported.size() == 1);
    return reported[0];
  }
  HelpNumber show(const std::string& number) {
    auto shown = numbers->show({IdentifierType::fhn, number, {}});
    REQUIRE(shown.has_value());
    return std::move(*shown);
  }
  std::vector<WorkItem> open_work_items(std::string organisation = {}) {
    WorkFilter filter;
    filter.organisation = std::move(organisation);
    auto items = work_items(town.registry(), filter, 0, 1'000);
    REQUIRE(items.has_value());
    return std::move(*items);
  }
  void require_sound() { registry::stories::check_whole(town.registry()); }

  registry::stories::ScratchDirectory folder;
  registry::stories::Town town;
  Instant time = *parse_date_time("2026-03-01T08:00:00Z");
  std::function<Result<std::string>(std::string_view)> sign;
  std::unique_ptr<HelpNumbers> numbers;
  std::unique_ptr<Blocks> blocks;
};

} // namespace grunndata::registry::hjelpenummer::stories
