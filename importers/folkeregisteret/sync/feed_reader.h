// The feed page by page, from where it was left.
#pragma once

#include "importers/folkeregisteret/sync/fetcher.h"
#include "importers/folkeregisteret/sync/sync_state.h"
#include "importers/folkeregisteret/sync/synchronizer.h"
#include "importers/folkeregisteret/sync/wire.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace grunndata::importers::folkeregisteret::sync {

/// The source's pages are this long; a shorter one is the last.
inline constexpr std::size_t feed_page_events = 1'000;

enum class FeedOutcome : std::uint8_t {
  more,      ///< and there may be further pages
  caught_up, ///< the newest is read; `events` may be empty
  stopped,
  lost, ///< the position means nothing to the source any more
};
struct FeedPage {
  FeedOutcome outcome{};
  std::vector<FeedEvent> events; ///< not dealt with before, in the order delivered
  std::string why;               ///< with `lost`
};

/// What an event was, so that another one under its number is noticed. No identifier.
[[nodiscard]] std::string mark_of(const FeedEvent& event);

/// Reads ahead of what is committed; a new one begins at the state. For one thread.
class FeedReader {
public:
  FeedReader(PatientTransport& transport, SyncTotals& totals, const SyncState& state);

  [[nodiscard]] registry::Result<FeedPage> next();

private:
  enum class Memory : std::uint8_t { same, missing, another };
  [[nodiscard]] Memory memory_of(const std::vector<FeedEvent>& events) const;
  [[nodiscard]] std::optional<std::uint64_t> newest();

  PatientTransport& transport_;
  SyncTotals& totals_;
  std::uint64_t at_;                                   ///< asked for from here, inclusive
  bool at_done_;                                       ///< the event with that number is read
  std::string at_mark_;                                ///< and this is what it was
  std::string etag_;                                   ///< of the newest answer to this question
  std::chrono::steady_clock::time_point newest_asked_; ///< how far behind it is, in a backlog
};

} // namespace grunndata::importers::folkeregisteret::sync
