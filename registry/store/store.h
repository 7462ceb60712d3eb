// The storage port: a narrow, ordered key-value store. Keys order by unsigned bytes. Everything
// the registry knows about an engine stands here; engines hold no knowledge of persons.
#pragma once

#include "registry/error.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grunndata::registry::store {

/// The column families. Keys and values are described in registry/FORMAT.md.
enum class Family : std::uint8_t {
  meta,
  current,
  past,
  source,
  identifier,
  relation,
  log,
  clock,
  freshness,
  quarantine,
  client,
  grant,
  hjelpenummer,
  link,
  block,
  idempotency,
  work,
  search,
  subscription,
  node,
  node_past,
  node_source,
  node_key,
  structure,
};
inline constexpr std::size_t family_count = 24;

/// How a family is stored; an engine may ignore it.
enum class Profile : std::uint8_t { hot_point, cold_blob, small_scan };

struct FamilyFacts {
  Family family;
  std::string_view name;
  Profile profile;
};
extern const std::array<FamilyFacts, family_count> families;

/// A value held in place by the engine. Move-only. The view lives until the object is used for
/// another result, `reset`, moved from or destroyed, but never longer than the store. Keep one per
/// thread and use it again: a warm read then touches no heap.
class Pinned {
public:
  Pinned() noexcept = default;
  Pinned(Pinned&& other) noexcept;
  Pinned& operator=(Pinned&& other) noexcept;
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;
  ~Pinned();
  [[nodiscard]] std::string_view view() const noexcept { return view_; }
  /// Lets go of the value; the view is empty afterwards.
  void reset() noexcept;

  /// For engines: what keeps a value in place, built in the room below.
  struct Holder {
    virtual ~Holder() = default;
    /// Lets go of the value and becomes ready for the next one.
    virtual void release() noexcept = 0;
    /// Moves itself to `place` (`holder_bytes` large) and returns its new address.
    virtual Holder* move_to(void* place) noexcept = 0;
    /// The value held; may differ after a move (short values live inside the holder).
    [[nodiscard]] virtual std::string_view value() const noexcept = 0;
  };
  static constexpr std::size_t holder_bytes = 160;

  /// For engines: a released holder of this kind, kept from the last use where possible. Fill it,
  /// then call `set_view`.
  template <typename H>
  H& hold() {
    static_assert(sizeof(H) <= holder_bytes && alignof(H) <= alignof(std::max_align_t));
    view_ = {};
    if (holder_ != nullptr && kind_ == kind_of<H>()) {
      holder_->release();
      return *static_cast<H*>(holder_);
    }
    destroy();
    H* made = new (room_) H();
    holder_ = made;
    kind_ = kind_of<H>();
    return *made;
  }
  void set_view(std::string_view view) noexcept { view_ = view; }
  /// Holds a value of its own.
  void adopt(std::string value);

private:
  template <typename H>
  static const void* kind_of() noexcept {
    static const char tag = 0;
    return &tag;
  }
  void take(Pinned& other) noexcept;
  void destroy() noexcept;

  Holder* holder_ = nullptr;
  const void* kind_ = nullptr;
  std::string_view view_;
  alignas(std::max_align_t) unsigned char room_[holder_bytes];
};

/// A fixed state of the whole store. Must be destroyed before the store.
class Snapshot {
public:
  Snapshot() = default;
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  virtual ~Snapshot() = default;
};

/// Walks the keys of a family in order, as they were when the cursor was made. Starts invalid: seek
/// first. `next`, `previous`, `key` and `value` need a valid cursor. Views live until the next
/// move. One thread at a time; must be destroyed before its snapshot and the store.
class Cursor {
public:
  Cursor() = default;
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  virtual ~Cursor() = default;
  virtual void seek(std::string_view key) = 0;        ///< first key >= `key`
  virtual void seek_before(std::string_view key) = 0; ///< last key <= `key`
  virtual void seek_last() = 0;
  virtual void next() = 0;
  virtual void previous() = 0;
  [[nodiscard]] virtual bool valid() const = 0;
  [[nodiscard]] virtual std::string_view key() const = 0;
  [[nodiscard]] virtual std::string_view value() const = 0;
  /// After `valid()` is false: whether the end was reached or the engine failed.
  [[nodiscard]] virtual Result<void> status() const = 0;
};

/// One change. An absent value is a deletion.
struct Change {
  Family family{};
  std::string key;
  std::optional<std::string> value;
};

/// Holds only if the key has exactly this value (nothing: is absent).
struct Precondition {
  Family family{};
  std::string key;
  std::optional<std::string> value;
};

/// Keys `first` to `last` of a family, both included.
struct KeyRange {
  Family family{};
  std::string first;
  std::string last;
};

enum class Durability : std::uint8_t {
  synced,  ///< on disk when commit returns
  buffered ///< survives the process, perhaps not the machine
};

struct StoreFigures {
  std::uint64_t disk_bytes = 0;
  std::uint64_t cache_bytes_used = 0;
  std::uint64_t memtable_bytes = 0;
  std::uint64_t compaction_pending_bytes = 0;
  bool write_stalled = false;
  bool read_only = false; ///< a write or sync failed; until reopened, writes are `unavailable`
  std::array<std::uint64_t, family_count> keys_estimate{};
};

/// Thread-safe. Errors everywhere: `corrupt` (checksum), `storage` (file system), `unavailable`
/// (stalled or failed before: after a failed write or sync the store only reads until it is opened
/// again, because what the failed write left behind is not known). Keys and values may be empty and
/// hold any bytes; a key is at most `key_bytes_max`, a value at most `value_bytes_max` (`invalid`).
class Store {
public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  /// True and `out` set when the key is there; false when it is absent.
  [[nodiscard]] virtual Result<bool> get(Family family, std::string_view key, Pinned& out,
                                         const Snapshot* at = nullptr) const = 0;
  /// One walk for many keys of a family, in any order; `out[i]` is reset when `keys[i]` is absent
  /// and `found[i]` says which. The three spans have one size. On an error all of `out` is reset.
  [[nodiscard]] virtual Result<void> multi_get(Family family,
                                               std::span<const std::string_view> keys,
                                               std::span<Pinned> out, std::span<bool> found,
                                               const Snapshot* at = nullptr) const = 0;
  /// Never null; a failure shows in the cursor's `status`.
  [[nodiscard]] virtual std::unique_ptr<Cursor> scan(Family family,
                                                     const Snapshot* at = nullptr) const = 0;
  [[nodiscard]] virtual std::unique_ptr<Snapshot> snapshot() const = 0;

  /// All or nothing; the last change of a key wins. `conflict` when a precondition fails; then
  /// nothing was written. No changes and `synced`: everything committed before is on disk after it.
  [[nodiscard]] virtual Result<void> commit(std::span<const Change> changes, Durability durability,
                                            std::span<const Precondition> preconditions = {}) = 0;
  /// As `commit`, past the write-ahead log: for large loads. Atomic and durable when it returns;
  /// the last change of a key wins. Engines without such a path commit as usual. A `storage` error
  /// while the files are prepared (disk full) writes nothing and leaves the store writable. May
  /// wait for compaction after many loads. Good sizes are 50 to 200 MB a call; keys need no order.
  [[nodiscard]] virtual Result<void> bulk_load(std::span<const Change> changes) = 0;

  /// Moves what is in memory into the store's files.
  [[nodiscard]] virtual Result<void> flush() = 0;
  /// Rewrites a family so that each key is stored once.
  [[nodiscard]] virtual Result<void> compact(Family family) = 0;
  /// Leaves in the store's files no byte of what the keys of `ranges` held earlier, nor of keys of
  /// theirs that were erased: what is in memory is written out, the log begun anew, the files that
  /// hold the keys are rewritten, and files given up are gone when it returns. Keys themselves may
  /// remain where files list their bounds. `unavailable` while a snapshot, cursor or copy from
  /// before holds an earlier state: nothing is lost by trying again. Runs long; commits go on.
  /// `cancelled` soon after `stop` became true.
  [[nodiscard]] virtual Result<void> scrub(std::span<const KeyRange> ranges,
                                           std::atomic<bool>& stop) = 0;
  /// A consistent, durable copy that opens as a store of its own, on the same file system.
  /// `directory` must not exist, its parent must.
  [[nodiscard]] virtual Result<void> checkpoint(const std::filesystem::path& directory) = 0;
  [[nodiscard]] virtual Result<StoreFigures> figures() const = 0;
  /// Reads and verifies every stored block.
  [[nodiscard]] virtual Result<void> verify() const = 0;
};

inline constexpr std::size_t key_bytes_max = 64u << 10;
inline constexpr std::size_t value_bytes_max = 1u << 30;

struct EngineOptions {
  std::size_t cache_bytes = 512u << 20;       ///< of uncompressed blocks
  std::size_t write_buffer_bytes = 64u << 20; ///< of unflushed changes, over all families
  bool create = true;                         ///< where no store is yet
  bool compress = true; ///< off: values stand in the files as they are; for looking into them
};

/// RocksDB. Raises the process's limit of open files to its hard limit. Errors: `unavailable` when
/// it is open already, here or in another process; `not_found` when there is none and `create` is
/// false; `corrupt`, also when acknowledged writes are missing; `unsupported` when it holds
/// families this version does not know; `storage`.
[[nodiscard]] Result<std::unique_ptr<Store>> open_rocksdb(const std::filesystem::path& directory,
                                                          const EngineOptions& options);
/// Sorted maps in memory; for tests and temporary registries.
[[nodiscard]] std::unique_ptr<Store> make_memory_store();

} // namespace grunndata::registry::store
