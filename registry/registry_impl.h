// Inside of `Registry`, shared by the files that implement it.
#pragma once

#include "registry/commit_listener.h"
#include "registry/commit_queue.h"
#include "registry/feed_mark.h"
#include "registry/identifier_cache.h"
#include "registry/purge/ledger.h"
#include "registry/registry.h"
#include "registry/store/store.h"
#include "registry/value_cache.h"

#include <atomic>
#include <memory>
#include <optional>

namespace grunndata::registry::virksomhet {
class LiveRelations;
}

namespace grunndata::registry {

/// Keys of the `meta` family.
namespace meta {
inline constexpr std::string_view format = "format";
inline constexpr std::string_view environment = "environment";
inline constexpr std::string_view id_key = "id_key";
inline constexpr std::string_view epoch = "epoch";
inline constexpr std::string_view extracted_prefix = "extracted/"; ///< + source number
inline constexpr std::string_view quarantine_newest = "quarantine_newest";
inline constexpr std::string_view quarantined_prefix = "quarantined/"; ///< + hash of a record
inline constexpr std::string_view cursor_prefix = "cursor/";
inline constexpr std::string_view grant_newest = "grant_newest";
inline constexpr std::string_view installation = "installation"; ///< of the issuing mark
inline constexpr std::string_view issuing_generation = "issuing_generation";
inline constexpr std::string_view issuing_prefix = "issuing/"; ///< + first prefix of a range
inline constexpr std::string_view link_newest = "link_newest";
inline constexpr std::string_view block_newest = "block_newest";
inline constexpr std::string_view work_newest = "work_newest";
inline constexpr std::string_view subscription_newest = "subscription_newest";
inline constexpr std::string_view node_relation_newest = "node_relation_newest";
inline constexpr std::string_view search_keys = "search_keys"; ///< version of the keys' folding
inline constexpr std::string_view purge_newest = "purge_newest";
inline constexpr std::string_view purge_pending_prefix = "purge_pending/"; ///< + number
inline constexpr std::string_view purge_confirmed = "purge_confirmed";
inline constexpr std::string_view purge_ran = "purge_ran";
inline constexpr std::string_view feed_floor = "feed_floor";
inline constexpr std::string_view restored = "restored";
inline constexpr std::string_view places_withheld = "places_withheld";
inline constexpr std::string_view proofs_ahead = "proofs_ahead";

/// What stands there now; nothing when the key is absent.
[[nodiscard]] Result<std::optional<std::string>> value(const store::Store& store,
                                                       std::string_view key);
} // namespace meta

inline constexpr std::uint32_t directory_format = 5;

struct Registry::Impl {
  Impl();
  ~Impl();
  std::unique_ptr<store::Store> store;
  Environment environment = Environment::test;
  IdCipher ids{IdCipher::Key{}};
  std::uint64_t epoch = 0;
  mutable IdentifierCache identifiers{0}; // questions remember their answers
  std::unique_ptr<ValueCache> values;
  std::unique_ptr<virksomhet::LiveRelations> relations;
  purge::Ledger purges;
  std::optional<FeedMark> feed; ///< none in memory
  std::atomic<bool> places_withheld{false};
  CommitListeners listeners;
  std::unique_ptr<CommitQueue> queue; ///< last: destroyed before what it writes to
};

/// From now on the mark is written before numbers of the log are given. The directory is stamped.
[[nodiscard]] Result<void> attach_feed_mark(Registry::Impl& impl,
                                            const std::filesystem::path& file);

} // namespace grunndata::registry
