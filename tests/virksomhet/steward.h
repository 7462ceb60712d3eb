// A human who curates, for stories.
#pragma once

#include "registry/check.h"
#include "registry/virksomhet/instruction.h"
#include "tests/virksomhet/node_builder.h"

#include <algorithm>
#include <string>

namespace grunndata::registry::virksomhet::stories {

template <typename T>
Instruction<T> told(std::string reason = "seen on the spot", const std::string& key = {}) {
  Instruction<T> told;
  told.by.os_user = "kari";
  told.by.organisation = "310000078";
  told.reason = std::move(reason);
  if (!key.empty()) {
    told.key = IdempotencyKey{"issuer", "client", "310000078", "operation", key};
    told.answer = [](const T&) { return KeptAnswer{{}, now(), 201, "first", {}}; };
  }
  return told;
}

[[nodiscard]] inline EntityId node(Town& town, std::string_view key) {
  return find(Structure(town.registry(), {}), key);
}

/// What `check` finds; nothing is right.
[[nodiscard]] inline std::vector<std::string> findings(Town& town) {
  const auto report = check(town.registry(), {});
  REQUIRE(report.has_value());
  std::vector<std::string> texts;
  for (const Finding& finding : report->findings) {
    texts.push_back(finding.family + ": " + finding.what);
  }
  return texts;
}

} // namespace grunndata::registry::virksomhet::stories
