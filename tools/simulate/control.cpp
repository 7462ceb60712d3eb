// What is done to the simulator itself: life, faults, and the truth.
#include "tools/generate/random.h"
#include "tools/simulate/service.h"
#include "tools/simulate/wire.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

namespace grunndata::simulate {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::uint64_t count_max = 10'000'000;
constexpr std::uint64_t gap_numbers = 17;

/// How often things happen, per mille (folkeregisteret.md §9); what is rare comes all the same.
struct Share {
  Happening what;
  std::uint16_t weight;
};
constexpr std::array shares{
    Share{Happening::moved, 300},           Share{Happening::grounds_changed, 120},
    Share{Happening::contact_changed, 110}, Share{Happening::family_changed, 130},
    Share{Happening::renamed, 100},         Share{Happening::born, 60},
    Share{Happening::updated, 60},          Share{Happening::died, 40},
    Share{Happening::got_number, 25},       Share{Happening::protected_fortrolig, 10},
    Share{Happening::protected_strengt, 8}, Share{Happening::protection_lifted, 10},
    Share{Happening::merged, 10},           Share{Happening::parted, 6},
    Share{Happening::death_annulled, 6},    Share{Happening::death_corrected, 5}};

} // namespace

void Service::truth(const Request&, Response& response) {
  const std::lock_guard lock(mutex_);
  response.content_type = "application/x-ndjson";
  world_.for_each([&response](const std::string& json) { response.body.append(json) += '\n'; });
}

void Service::status(const Request&, Response& response) {
  const std::lock_guard lock(mutex_);
  response.body = R"({"persons":)" + std::to_string(world_.size()) + R"(,"newest":)" +
                  std::to_string(world_.newest()) + R"(,"events":)" +
                  std::to_string(world_.events().size()) + R"(,"requests":)" +
                  std::to_string(requests_.load()) + '}';
}

void Service::live(std::uint64_t happenings) {
  static constexpr auto weights = [] {
    std::array<std::uint16_t, shares.size()> all{};
    for (std::size_t i = 0; i < shares.size(); ++i) all[i] = shares[i].weight;
    return all;
  }();
  constexpr std::uint32_t sum = [] {
    std::uint32_t all = 0;
    for (const Share& share : shares) all += share.weight;
    return all;
  }();
  for (std::uint64_t i = 0; i < happenings && !resting_; ++i) {
    const std::lock_guard lock(mutex_);
    world_.happen(shares[generate::weighted(draw_.below(sum), weights)].what);
  }
}

bool Service::happen(Happening what, std::uint64_t count) {
  bool any = false;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::lock_guard lock(mutex_);
    any = world_.happen(what) || any;
  }
  return any;
}

void Service::begin(Fault fault, milliseconds time) {
  const std::lock_guard lock(mutex_);
  if (fault == Fault::freeze) frozen_at_ = newest_told();
  if (fault == Fault::late && !has(fault)) late_from_ = world_.newest();
  until_[static_cast<std::size_t>(fault)] = steady_clock::now() + time;
}

void Service::duplicate() {
  const std::lock_guard lock(mutex_);
  world_.tell_again();
}

void Service::gap(std::uint64_t numbers) {
  const std::lock_guard lock(mutex_);
  world_.skip(numbers);
}

void Service::tell(std::string_view type) {
  const std::lock_guard lock(mutex_);
  world_.tell(type);
}

void Service::respool() {
  const std::lock_guard lock(mutex_);
  world_.respool();
}

void Service::forget_somebody() {
  const std::lock_guard lock(mutex_);
  world_.tell_of_nobody();
}

void Service::forget_document() {
  const std::lock_guard lock(mutex_);
  world_.forget_document();
}

void Service::make_happen(const Request& request, Response& response) {
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  std::string_view what;
  std::uint64_t count = 1;
  if (parser.parse(request.body.data(), request.body.size()).get(body) != simdjson::SUCCESS ||
      body["what"].get_string().get(what) != simdjson::SUCCESS) {
    return refuse(response, 400, "what", "what is missing");
  }
  if (body["count"].get_uint64().get(count) != simdjson::SUCCESS) count = 1;
  if (count > count_max) return refuse(response, 400, "count", "count is too large");
  const auto happening = happening_of(what);
  if (what == "life") {
    live(count);
  } else if (!happening) {
    return refuse(response, 400, "what", "no such thing happens");
  } else if (!happen(*happening, count)) {
    return refuse(response, 409, "what", "there is nobody it could happen to");
  }
  status(request, response);
}

void Service::make_rest(const Request& request, Response& response) {
  rest();
  status(request, response);
}

void Service::make_fault(const Request& request, Response& response) {
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  std::string_view name;
  std::uint64_t time = 0;
  if (parser.parse(request.body.data(), request.body.size()).get(body) != simdjson::SUCCESS ||
      body["fault"].get_string().get(name) != simdjson::SUCCESS) {
    return refuse(response, 400, "fault", "fault is missing");
  }
  if (body["milliseconds"].get_uint64().get(time) != simdjson::SUCCESS) time = 1'000;
  if (const auto fault = fault_of(name)) {
    begin(*fault, milliseconds(std::min<std::uint64_t>(time, count_max)));
  } else {
    if (name == "respool") {
      respool();
    } else if (name == "duplicate") {
      duplicate();
    } else if (name == "gap") {
      gap(gap_numbers);
    } else if (name == "unknown-type") {
      tell("endringINoeNytt");
    } else if (name == "unknown-person") {
      forget_somebody();
    } else if (name == "unknown-document") {
      forget_document();
    } else {
      return refuse(response, 400, "fault", "no such fault");
    }
  }
  status(request, response);
}

} // namespace grunndata::simulate
