// From units that the source told of to what is to be committed of them: fetched, with those above
// them that nobody has told of yet, picked out, mapped.
#pragma once

#include "importers/enhetsregisteret/selection.h"
#include "importers/enhetsregisteret/sync/known_units.h"
#include "importers/enhetsregisteret/sync/sync_state.h"
#include "importers/enhetsregisteret/sync/unit_fetcher.h"
#include "registry/virksomhet/node_import.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace grunndata::importers::enhetsregisteret::sync {

/// A unit that the source told of.
struct ToldUnit {
  std::string number;
  Kind kind{};
  /// It was told that the unit was taken away. Nothing is taken away for an answer's sake alone:
  /// both the feed and the document must say so.
  bool removed = false;
  std::optional<registry::Instant> when; ///< it changed
};

/// A unit is wanted when the rules pick it or somebody below it, and for ever after: what has been
/// kept has a history, others refer to it, and it must not stand still. For one thread.
class UnitWork {
public:
  struct Made {
    registry::virksomhet::NodeBatch batch;
    /// Not given; or roles of units that are new, or that ended, or live again.
    std::vector<Owed> owed;
    std::uint64_t fetched = 0;
    std::uint64_t left_out = 0; ///< not wanted
  };
  struct Options {
    SelectionRules rules;
    bool roles = true;
  };
  UnitWork(const registry::Registry& registry, UnitFetcher& fetcher, const Options& options)
      : fetcher_(fetcher), rules_empty_(options.rules.empty()), roles_(options.roles),
        picker_(options.rules), registry_(registry), known_(registry) {}

  /// `stamp` was taken before. Error: `cancelled`.
  [[nodiscard]] registry::Result<Made> make(std::span<const ToldUnit> told,
                                            registry::Instant stamp);

private:
  struct Unit {
    FetchedUnit fetched;
    std::string parent;
    bool removal_told = false;
    std::optional<registry::Instant> when;
    KnownUnits::Standing was{};
    bool has_ended = false;  ///< says its document
    bool is_picked = false;  ///< by itself, or because it was kept
    bool needs_above = false; ///< it is to be known who is above it
    bool is_wanted = false;
  };
  using Asked = UnitFetcher::Asked;

  registry::Result<void> fetch(std::vector<Asked> asked, bool needs_above, Made& made);
  registry::Result<void> fetch_above(Made& made);
  registry::Result<void> fetch_below(Made& made);
  void add(FetchedUnit fetched, bool needs_above);
  void pick();
  void map(registry::Instant stamp, Made& made);
  void owe_roles(Made& made) const;
  [[nodiscard]] std::string parent_of(const std::string& number);
  [[nodiscard]] bool is_below_top(const std::string& number);
  [[nodiscard]] bool was_below_top(const std::string& number);

  UnitFetcher& fetcher_;
  bool rules_empty_;
  bool roles_;
  UnitPicker picker_;
  const registry::Registry& registry_;
  KnownUnits known_;
  reading::JsonDocument document_;
  std::string scratch_;
  std::map<std::string, Unit> units_;
  std::set<std::string> absent_; ///< parents that the source does not give
};

} // namespace grunndata::importers::enhetsregisteret::sync
