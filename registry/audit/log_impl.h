// The parts of a log, and how they hang together.
#pragma once

#include "registry/audit/log.h"
#include "registry/audit/tree_keeper.h"

#include <shared_mutex>

namespace grunndata::registry::audit {

struct Log::Impl {
  LogOptions options;
  File lock_file; ///< locked while open
  std::unique_ptr<SigningKey> key;
  UserKeys user_keys;
  /// The journal tells of synced records before `keeper` is there and after it is gone, too.
  std::mutex poke_mutex;
  TreeKeeper* poked = nullptr;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<TreeKeeper> keeper;

  std::mutex erase_mutex;                ///< one erasure at a time
  mutable std::shared_mutex files_mutex; ///< shared: reads segments; alone: puts a new one in place

  [[nodiscard]] std::filesystem::path tree() const { return options.directory / "tree"; }
  [[nodiscard]] std::filesystem::path segments() const { return options.directory / "segments"; }
  void poke();

  /// Open files, matching records of `view`'s segment appended to `found` until it has enough.
  [[nodiscard]] Result<void> find_in(const SegmentView& view, const Query& query,
                                     std::vector<StoredRecord>& found) const;
  /// Runs `use` with the index of a segment; builds the file anew where it is missing.
  [[nodiscard]] Result<void>
  with_index(const SegmentView& view,
             const std::function<Result<void>(const SegmentIndex&)>& use) const;
  /// Erases in one sealed segment what `order` names; how many.
  [[nodiscard]] Result<std::uint64_t> erase_in(const SegmentView& view, Class kind, Instant before,
                                               std::uint64_t order_position);
};

/// How the record of an erasure says what it erased: "audit erase ordinary before <instant>".
[[nodiscard]] std::string erase_operation(Class kind, Instant before);
/// The class such an operation is about; nothing for other operations.
[[nodiscard]] std::optional<Class> erased_class(std::string_view operation);

} // namespace grunndata::registry::audit
