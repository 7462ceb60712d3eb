// The storage port: a narrow, ordered key-value store. Keys order by unsigned bytes. Everything
// the registry knows about an engine stands here; engines hold no knowledge of persons.
#pragma once

#include "registry/error.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
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
};
inline constexpr std::size_t family_count = 10;

/// How a family is stored; an engine may ignore it.
enum class Profile : std::uint8_t { hot_point, cold_blob, small_scan };

struct FamilyFacts {
  Family family;
  std::string_view name;
  Profile profile;
};
extern const std::array<FamilyFacts, family_count> families;

/// A value held in place by the engine. Move-only; the view lives until the next use of the object
/// as a result, `reset`, or destruction, but never longer than the store.
class Pinned {
public:
  Pinned() noexcept = default;
  Pinned(Pinned&&) noexcept;
  Pinned& operator=(Pinned&&) noexcept;
  ~Pinned();
  [[nodiscard]] std::string_view view() const noexcept { return view_; }
  void reset() noexcept;

  /// For engines: room for an engine's own holder, without a heap block for each read.
  static constexpr std::size_t holder_bytes = 160;
  struct Holder {
    virtual ~Holder() = default;
    virtual void release() noexcept = 0;
    virtual void move_to(void* place) noexcept = 0;
  };
  template <typename H>
  H& hold() {
    static_assert(sizeof(H) <= holder_bytes && alignof(H) <= alignof(std::max_align_t));
    if (holder_ == nullptr || kind_ != kind_of<H>()) {
      destroy();
      holder_ = new (room_) H();
      kind_ = kind_of<H>();
    } else {
      holder_->release();
    }
    return *static_cast<H*>(holder_);
  }
  void set_view(std::string_view view) noexcept { view_ = view; }
  void adopt(std::string value);

private:
  template <typename H>
  static const void* kind_of() noexcept {
    static const char tag = 0;
    return &tag;
  }
  void destroy() noexcept;
  alignas(std::max_align_t) unsigned char room_[holder_bytes];
  Holder* holder_ = nullptr;
  const void* kind_ = nullptr;
  std::string_view view_;
};

/// A fixed state of the whole store. Must be destroyed before the store.
class Snapshot {
public:
  virtual ~Snapshot() = default;
};

/// Walks keys in order. Views live until the next move.
class Cursor {
public:
  virtual ~Cursor() = default;
  virtual void seek(std::string_view key) = 0;       ///< first key >= `key`
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
  std::array<std::uint64_t, family_count> keys_estimate{};
};

/// Thread-safe. Errors everywhere: `corrupt` (checksum), `storage` (file system), `unavailable`
/// (stalled, closed, or failed before: after a failed sync a store only reads).
class Store {
public:
  virtual ~Store() = default;

  /// True and `out` set when the key is there; false when it is absent.
  [[nodiscard]] virtual Result<bool> get(Family family, std::string_view key, Pinned& out,
                                         const Snapshot* at = nullptr) const = 0;
  /// One walk for many keys of a family; `out[i]` is reset when `keys[i]` is absent and
  /// `found[i]` says which.
  [[nodiscard]] virtual Result<void> multi_get(Family family,
                                               std::span<const std::string_view> keys,
                                               std::span<Pinned> out,
                                               std::span<bool> found) const = 0;
  [[nodiscard]] virtual std::unique_ptr<Cursor> scan(Family family,
                                                     const Snapshot* at = nullptr) const = 0;
  [[nodiscard]] virtual std::unique_ptr<Snapshot> snapshot() const = 0;

  /// All or nothing. `conflict` when a precondition fails; then nothing was written.
  [[nodiscard]] virtual Result<void> commit(std::span<const Change> changes, Durability durability,
                                            std::span<const Precondition> preconditions = {}) = 0;
  /// As `commit`, past the write-ahead log: for large loads. Atomic and durable when it returns;
  /// the last change of a key wins. Engines without such a path commit as usual.
  [[nodiscard]] virtual Result<void> bulk_load(std::vector<Change>&& changes) = 0;

  [[nodiscard]] virtual Result<void> flush() = 0;
  [[nodiscard]] virtual Result<void> compact(Family family) = 0;
  /// A consistent copy that opens as a store of its own, on the same file system.
  [[nodiscard]] virtual Result<void> checkpoint(const std::filesystem::path& directory) = 0;
  [[nodiscard]] virtual Result<StoreFigures> figures() const = 0;
  /// Reads and verifies every stored block.
  [[nodiscard]] virtual Result<void> verify() const = 0;
};

struct EngineOptions {
  std::size_t cache_bytes = 512u << 20;
  std::size_t write_buffer_bytes = 64u << 20;
  bool create = true;
};

/// RocksDB. Errors: `unavailable` when another process has it open; `corrupt`; `storage`.
[[nodiscard]] Result<std::unique_ptr<Store>> open_rocksdb(const std::filesystem::path& directory,
                                                          const EngineOptions& options);
/// Sorted maps in memory; for tests and temporary registries.
[[nodiscard]] std::unique_ptr<Store> make_memory_store();

} // namespace grunndata::registry::store
