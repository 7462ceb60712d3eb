// Code lists with their versions: kept in the registry, at hand in memory, for display and for
// judging codes of others. A code that is not known stops nobody.
#pragma once

#include "registry/error.h"
#include "registry/kodeverk/code_list.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry {

class Registry;

/// What is asked about a list: when it holds, and as the registry knew it then (unset: now).
struct ListTime {
  Instant valid{};
  std::optional<Instant> known{};
};

enum class CodeStanding : std::uint8_t {
  valid,
  ended,        ///< the list has it, but not for that time, or as inactive
  unknown_code, ///< see `CodeAnswer::list_complete`
  unknown_list,
};

struct CodeAnswer {
  CodeStanding standing{};
  /// An unknown code of a list that is not complete may well exist.
  bool list_complete = false;
  /// Null when list or code is unknown. Live as long as the `CodeLists` that answered.
  const ListVersion* version = nullptr;
  const ListedCode* code = nullptr;

  /// For people: the code's text; empty when it is unknown.
  [[nodiscard]] std::string_view text() const noexcept {
    return code == nullptr ? std::string_view{} : std::string_view(code->text);
  }
};

/// All lists as they stood at one moment; never changes, so any thread may ask.
class CodeLists {
public:
  /// Those of one list, in the order in which they hold: by `valid_from`, then as they were loaded.
  using Versions = std::vector<std::shared_ptr<const ListVersion>>;

  /// The version that holds then: the last one loaded of those that began latest. Null when there
  /// is no such list, or none of its versions held, or was known, then.
  [[nodiscard]] const ListVersion* find(std::string_view number, const ListTime& when) const;
  /// Judges a code; never an error.
  [[nodiscard]] CodeAnswer judge(std::string_view number, std::string_view code,
                                 const ListTime& when) const;
  /// Null when there is no such list.
  [[nodiscard]] const Versions* versions(std::string_view number) const;
  [[nodiscard]] const std::map<std::string, Versions, std::less<>>& all() const noexcept {
    return lists_;
  }

private:
  friend class Kodeverk;
  void add(std::shared_ptr<const ListVersion> version);

  std::map<std::string, Versions, std::less<>> lists_; ///< by number
};

/// Until when a version holds, at the latest: when the next one of `versions` began. Nothing when
/// that is not known, or is the version's own beginning (it was corrected).
[[nodiscard]] std::optional<Instant> end_of(const CodeLists::Versions& versions, std::size_t place);
/// Whether a version loaded later took the place of this one for all of its time.
[[nodiscard]] bool is_replaced(const CodeLists::Versions& versions, std::size_t place);

/// Thread-safe. An object knows what was loaded before it was opened, and through it. Must be
/// destroyed before the registry.
class Kodeverk {
public:
  static constexpr std::size_t lists_max = 10'000;

  struct Loaded {
    std::size_t added = 0;     ///< versions
    std::size_t unchanged = 0; ///< lists that say what was known
  };

  /// Reads all lists. `clock`: unset is the system's. Errors: `corrupt`, `storage`.
  [[nodiscard]] static Result<std::unique_ptr<Kodeverk>> open(Registry& registry,
                                                              std::function<Instant()> clock = {});

  /// As they are now. Never waits for the store.
  [[nodiscard]] std::shared_ptr<const CodeLists> lists() const;

  /// Keeps all of them or none; on disk when it returns, and `lists` has them from then on. A list
  /// that says what the version it would replace says is left alone; nothing is ever removed.
  /// Errors: `invalid`, naming the list (see `fault_of`), also when one stands twice for one time;
  /// `conflict` (too many lists, or loaded through another object since), `unavailable`,
  /// `storage`.
  [[nodiscard]] Result<Loaded> load(std::vector<CodeList> lists);
  /// The same for lists that come with the program: each only while the registry has no version of
  /// it from elsewhere.
  [[nodiscard]] Result<Loaded> ship(std::vector<CodeList> lists);

private:
  Kodeverk(Registry& registry, std::function<Instant()> clock)
      : registry_(registry), clock_(std::move(clock)) {}
  Result<Loaded> keep(std::vector<CodeList> lists, bool shipped);

  Registry& registry_;
  std::function<Instant()> clock_;
  std::mutex changing_; ///< held over a commit: memory follows the store's order
  mutable std::shared_mutex mutex_; ///< held for taking the pointer or putting it in
  std::shared_ptr<const CodeLists> lists_;
};

} // namespace grunndata::registry
