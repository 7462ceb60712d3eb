// How conflicts and suggestions came to be what they are: step by step, kept with them.
#pragma once

#include "registry/actor.h"
#include "registry/fields.h"
#include "registry/time.h"
#include "registry/virksomhet/curated_relations.h"
#include "registry/virksomhet/node_json.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace grunndata::registry::virksomhet {

/// `State` is an enumeration of one byte with `name_of`.
template <typename State>
struct CurationStep {
  State state{}; ///< what it became
  Actor by;      ///< nobody: the registry itself saw it
  Instant when{};
  std::string reason;
};

/// Oldest first.
template <typename State>
using CurationSteps = std::vector<CurationStep<State>>;

/// Of more than `most`, those behind the first go.
template <typename State>
void add_step(CurationSteps<State>& steps, CurationStep<State> step, std::size_t most) {
  steps.push_back(std::move(step));
  if (steps.size() > most) {
    steps.erase(steps.begin() + 1);
  }
}

template <typename State>
void write_steps(FieldWriter& out, const CurationSteps<State>& steps) {
  static_assert(sizeof(State) == 1);
  out.number(static_cast<std::uint32_t>(steps.size()));
  for (const CurationStep<State>& step : steps) {
    out.number(step.state).number(step.when.microseconds).text(step.reason);
    write(out, step.by);
  }
}

template <typename State>
void read_steps(FieldReader& in, CurationSteps<State>& steps) {
  for (std::uint32_t count = in.count(); count != 0; --count) {
    CurationStep<State>& step = steps.emplace_back();
    in.number(step.state);
    in.time(step.when);
    in.text(step.reason);
    read(in, step.by);
  }
}

/// `,"steps":[{"state":…,"when":…[,"by":…][,"organisation":…][,"reason":…]},…]`
template <typename State>
void append_steps(std::string& out, const CurationSteps<State>& steps) {
  out += R"(,"steps":[)";
  for (const CurationStep<State>& step : steps) {
    out += &step == &steps.front() ? R"({"state":)" : R"(,{"state":)";
    append_json_text(out, name_of(step.state));
    append_json_member(out, "when", format_instant(step.when));
    if (const std::string by = name_of(step.by); !by.empty()) {
      append_json_member(out, "by", by);
    }
    if (!step.by.organisation.empty()) {
      append_json_member(out, "organisation", step.by.organisation);
    }
    if (!step.reason.empty()) {
      append_json_member(out, "reason", step.reason);
    }
    out += '}';
  }
  out += ']';
}

} // namespace grunndata::registry::virksomhet
