// One store under test, in each way a store can be kept.
#pragma once

#include "registry/store/store.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::store::testing {

/// A temporary directory of its own, removed with the object.
class ScratchDirectory {
public:
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

enum class Way {
  memory,
  disk,
  reopened, ///< closed and opened after every write
  flushed,  ///< flushed and compacted after every write
  loaded,   ///< writes without preconditions go through bulk_load
};
inline constexpr Way ways[] = {Way::memory, Way::disk, Way::reopened, Way::flushed, Way::loaded};

class Subject {
public:
  explicit Subject(Way way);
  [[nodiscard]] Store& store() { return *store_; }
  [[nodiscard]] std::string_view name() const;
  /// Commits or loads, then does what the way asks for. Invalidates snapshots and cursors where
  /// `reopens`.
  void write(std::vector<Change> changes);
  [[nodiscard]] bool reopens() const { return way_ == Way::reopened; }
  /// The value, or nothing. A store error fails the test.
  [[nodiscard]] std::optional<std::string> read(Family family, std::string_view key,
                                                const Snapshot* at = nullptr);
  /// Flush and compaction, where there are files.
  void settle();
  void reopen();

private:
  Way way_;
  std::optional<ScratchDirectory> directory_;
  std::unique_ptr<Store> store_;
};

/// Small buffers, so that little data reaches every level.
[[nodiscard]] EngineOptions small_engine();
/// Opens or fails the test.
[[nodiscard]] std::unique_ptr<Store> opened(const std::filesystem::path& directory,
                                            const EngineOptions& options = small_engine());
[[nodiscard]] Change put(Family family, std::string key, std::string value);
[[nodiscard]] Change removal(Family family, std::string key);
/// All keys of a family, walked forwards; the test fails when backwards gives anything else.
[[nodiscard]] std::map<std::string, std::string> everything(const Store& store, Family family,
                                                            const Snapshot* at = nullptr);

} // namespace grunndata::registry::store::testing
