// When two answers are the same, and what no answer may hold.
#pragma once

#include "tests/leak/asker.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::leak {

/// Replaces what two registries choose for themselves: opaque ids and entity tags by the place of
/// their first appearance, the epoch of cursors, times of commits. One for all answers of a world,
/// in the order asked.
class Normal {
public:
  /// With legal basis also what tells that somebody is protected: the grading of a person and of
  /// rows, confidential parts, versions, and lengths and tags that follow.
  explicit Normal(registry::Access access) : access_(access) {}
  [[nodiscard]] std::string of(const Told& told);

private:
  std::string without_ids(std::string_view text);

  registry::Access access_;
  std::map<std::string, std::string, std::less<>> known_;
};

/// Each difference as a sentence with both sides; at most `differences_max`.
inline constexpr std::size_t differences_max = 4;
struct Differences {
  std::size_t count = 0;
  std::string text;
};
[[nodiscard]] Differences differences(const Asker& real, const Asker& twin, const Story& story);

/// What stands in the real life's documents and not in the twin's, as answers spell it.
[[nodiscard]] std::set<std::string> secrets(const Life& real, const Life& twin);
/// What no caller without legal basis reads of anybody.
[[nodiscard]] const std::set<std::string>& closed_to_all();

/// Where one of `secrets` stands in an answer: a sentence each, at most `differences_max`.
[[nodiscard]] Differences found(const Asker& asked, const std::set<std::string>& secrets);

} // namespace grunndata::leak
