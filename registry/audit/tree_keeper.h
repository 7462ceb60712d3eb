// Keeps the Merkle tree of the log: hashes what is on disk, writes tiles, signs checkpoints, and
// seals and indexes the segments it is done with. Off the path of those who append.
#pragma once

#include "registry/audit/checkpoint_copies.h"
#include "registry/audit/journal.h"
#include "registry/audit/signing_key.h"
#include "registry/audit/tree/tree_edge.h"

#include <atomic>

namespace grunndata::registry::audit {

/// Tiles as files. A file that is there already must hold the same; one that a crash left empty or
/// short is written again.
class TileFiles : public TileSink {
public:
  explicit TileFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// `corrupt`: a tile holds something else.
  [[nodiscard]] Result<void> tile(unsigned level, std::uint64_t index,
                                  std::span<const Hash> hashes) override;
  [[nodiscard]] Result<void> bundle(std::uint64_t index,
                                    std::span<const Hash> commitments) override;

private:
  [[nodiscard]] Result<void> ensure(const std::filesystem::path& path, std::string_view bytes);
  void forget_partial(const std::filesystem::path& full, std::size_t width);

  std::filesystem::path folder_;
};

struct TreeKeeperOptions {
  std::filesystem::path folder;    ///< of the tree: checkpoint, tile/…
  std::filesystem::path mark_file; ///< how many entries' tiles are surely on disk
  std::filesystem::path copies;    ///< empty: none
  std::chrono::seconds checkpoint_every{10};
  std::function<Instant()> clock;
  std::function<void(const Error&)> notice;
};

/// Thread-safe.
class TreeKeeper {
public:
  /// Takes the tree up where the tiles end and compares it with the last checkpoint, and with the
  /// copy of it. Errors: `corrupt` (records, tiles and checkpoint contradict each other), `invalid`
  /// (another key signed the checkpoint), `storage`. `journal` and `key` must outlive it.
  [[nodiscard]] static Result<std::unique_ptr<TreeKeeper>>
  open(TreeKeeperOptions options, Journal& journal, const SigningKey& key);
  ~TreeKeeper();
  TreeKeeper(const TreeKeeper&) = delete;
  TreeKeeper& operator=(const TreeKeeper&) = delete;

  /// There is more to hash; returns at once.
  void poke();
  /// Hashes and seals all that is on disk. Errors: `corrupt`, `storage`.
  [[nodiscard]] Result<void> catch_up();
  /// A checkpoint over all that is on disk now, as a signed note.
  [[nodiscard]] Result<std::string> checkpoint();
  /// Entries under the last signed checkpoint.
  [[nodiscard]] std::uint64_t signed_size() const noexcept { return signed_size_; }
  [[nodiscard]] CheckpointCopies& copies() noexcept { return copies_; }

private:
  TreeKeeper(TreeKeeperOptions options, Journal& journal, const SigningKey& key);
  [[nodiscard]] Result<void> take_up();
  [[nodiscard]] Result<std::optional<Checkpoint>> last_checkpoint();
  [[nodiscard]] Result<void> compare_copy(const std::optional<Checkpoint>& last);
  [[nodiscard]] Result<void> replay(std::uint64_t from, const std::optional<Checkpoint>& last);
  [[nodiscard]] Result<void> catch_up_locked();
  [[nodiscard]] Result<void> add_frames(const SegmentView& view);
  [[nodiscard]] Result<void> seal(const SegmentView& view);
  [[nodiscard]] Result<void> move_mark();
  [[nodiscard]] bool is_signed();
  void loop();

  const TreeKeeperOptions options_;
  Journal& journal_;
  const SigningKey& key_;
  CheckpointCopies copies_;
  TileFiles tiles_;

  std::mutex tree_mutex_; ///< guards what follows
  TreeEdge edge_;
  std::uint64_t marked_ = 0;  ///< as in `mark_file`
  std::uint64_t sealing_ = 0; ///< position of the first segment that is not sealed
  std::string note_;          ///< the last signed checkpoint

  std::atomic<std::uint64_t> signed_size_{0};
  std::mutex wake_mutex_;
  std::condition_variable wake_;
  bool work_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace grunndata::registry::audit
