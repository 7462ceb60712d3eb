// What is done to the simulator itself: happenings and faults.
#include "tools/simulate/enhetsregisteret/answers.h"
#include "tools/simulate/enhetsregisteret/service.h"
#include "tools/simulate/wire.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

namespace grunndata::simulate::enhetsregisteret {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::uint64_t count_max = 1'000'000;

/// How often things happen to units, of a hundred.
struct Share {
  Happening what;
  std::uint16_t weight;
};
constexpr std::array shares{Share{Happening::resized, 35},       Share{Happening::moved, 20},
                            Share{Happening::renamed, 12},       Share{Happening::founded, 12},
                            Share{Happening::touched, 6},        Share{Happening::deleted, 6},
                            Share{Happening::owner_changed, 4},  Share{Happening::twice, 4},
                            Share{Happening::led_anew, 5},       Share{Happening::moved_trade, 3},
                            Share{Happening::removed, 1}};
constexpr auto weights = [] {
  std::array<std::uint16_t, shares.size()> all{};
  for (std::size_t i = 0; i < shares.size(); ++i) all[i] = shares[i].weight;
  return all;
}();

/// Those faults that this source has.
constexpr std::array known_faults{Fault::freeze,  Fault::not_found, Fault::gone,
                                  Fault::busy,    Fault::html,      Fault::failing,
                                  Fault::slow,    Fault::cut,       Fault::out_of_order};

} // namespace

void Service::write_status(Response& response) const {
  const auto count = [this](Kind kind) { return std::to_string(register_.entries(kind).size()); };
  std::string& out = response.body;
  out.assign(R"({"enheter":)").append(count(Kind::main));
  out.append(R"(,"underenheter":)").append(count(Kind::sub));
  out.append(R"(,"newestEnhet":)").append(std::to_string(newest_told(Kind::main)));
  out.append(R"(,"newestUnderenhet":)").append(std::to_string(newest_told(Kind::sub)));
  out.append(R"(,"requests":)").append(std::to_string(requests_.load())).append(1, '}');
}

void Service::status(const Request&, Response& response) {
  const std::lock_guard lock(mutex_);
  write_status(response);
}

void Service::live(std::uint64_t happenings) {
  std::uint32_t sum = 0;
  for (const std::uint16_t weight : weights) sum += weight;
  for (std::uint64_t i = 0; i < happenings && !resting_; ++i) {
    const std::lock_guard lock(mutex_);
    static_cast<void>(
        register_.happen(shares[generate::weighted(draw_.below(sum), weights)].what));
  }
}

void Service::make_happen(const Request& request, Response& response) {
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  std::string_view what;
  std::uint64_t count = 1;
  if (parser.parse(request.body.data(), request.body.size()).get(body) != simdjson::SUCCESS ||
      body["what"].get_string().get(what) != simdjson::SUCCESS) {
    return refuse(request, response, 400, "what is missing");
  }
  if (body["count"].get_uint64().get(count) != simdjson::SUCCESS) count = 1;
  if (count > count_max) return refuse(request, response, 400, "count is too large");
  const auto happening = happening_of(what);
  if (what == "life") {
    live(count);
  } else if (!happening) {
    return refuse(request, response, 400, "no such thing happens");
  } else {
    const std::lock_guard lock(mutex_);
    for (std::uint64_t i = 0; i < count; ++i) {
      if (!register_.happen(*happening)) {
        return refuse(request, response, 409, "there is no unit it could happen to");
      }
    }
  }
  status(request, response);
}

void Service::make_publish(const Request& request, Response& response) {
  publish();
  status(request, response);
}

void Service::make_rest(const Request& request, Response& response) {
  resting_ = true;
  status(request, response);
}

/// Every unit as it would be answered, those that ended too.
void Service::truth(const Request& request, Response& response) {
  const std::lock_guard lock(mutex_);
  const std::string base = base_of(request);
  for (const Kind kind : {Kind::main, Kind::sub}) {
    for (const Entry& entry : register_.entries(kind)) {
      append_entry(response.body, entry, base);
      response.body += '\n';
    }
  }
}

void Service::role_truth(const Request&, Response& response) {
  const std::lock_guard lock(mutex_);
  for (const Entry& entry : register_.entries(Kind::main)) {
    if (entry.state != State::live) continue;
    append_roles(response.body, entry, {});
    response.body += '\n';
  }
}

void Service::make_fault(const Request& request, Response& response) {
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  std::string_view name;
  std::uint64_t time = 0;
  if (parser.parse(request.body.data(), request.body.size()).get(body) != simdjson::SUCCESS ||
      body["fault"].get_string().get(name) != simdjson::SUCCESS) {
    return refuse(request, response, 400, "fault is missing");
  }
  if (body["milliseconds"].get_uint64().get(time) != simdjson::SUCCESS) time = 1'000;
  const auto fault = fault_of(name);
  const std::lock_guard lock(mutex_);
  if (name == "unknown-type") {
    register_.tell_unknown_type();
  } else if (name == "respool") {
    register_.renumber();
  } else if (!fault || std::ranges::find(known_faults, *fault) == known_faults.end()) {
    return refuse(request, response, 400, "no such fault");
  } else {
    if (*fault == Fault::freeze) frozen_at_ = {newest_told(Kind::main), newest_told(Kind::sub)};
    until_[static_cast<std::size_t>(*fault)] =
        steady_clock::now() + milliseconds(std::min(time, count_max));
  }
  write_status(response);
}

} // namespace grunndata::simulate::enhetsregisteret
