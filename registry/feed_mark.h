// How far the numbers of the log have been given out, remembered outside the data directory.
#pragma once

#include "registry/error.h"
#include "registry/store/store.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace grunndata::registry {

/// What the file says.
struct FeedMarkFigures {
  std::string directory;       ///< 16 digits that tell data directories apart
  std::uint64_t committed = 0; ///< was surely given when the file was written
  std::uint64_t reserved = 0;  ///< no number beyond it has ever been given
};

/// A small file of one line beside the purge register, outside the directory and its backups. An
/// older copy of the directory, restored in whatever way, goes on behind it: no number is given a
/// second time for something else. It is written ahead in steps, so it costs a commit nothing.
class FeedMark {
public:
  /// Written ahead: so many numbers are skipped after a restore, at most.
  static constexpr std::uint64_t step = 1'000'000;

  /// Beside the purge register: its name with `.feed` for `.purges`, or else behind it.
  [[nodiscard]] static std::filesystem::path place(const std::filesystem::path& purge_register);
  /// Nothing when there is none. Errors: `corrupt`, `storage`.
  [[nodiscard]] static Result<std::optional<FeedMarkFigures>>
  read(const std::filesystem::path& file);
  /// The mark of the directory whose store this is. A mark of another directory is put aside
  /// (`.other` behind its name). Is the directory older than its mark, a new epoch begins and its
  /// numbers go on behind the mark. Before the store is read for anything else. Errors: as `read`.
  [[nodiscard]] static Result<FeedMark> open(store::Store& store, std::filesystem::path file);

  /// Before numbers up to `wanted` are given; those up to `committed` are. Errors: `storage`: then
  /// they must not be given.
  [[nodiscard]] Result<void> reserve(std::uint64_t committed, std::uint64_t wanted);

private:
  FeedMark(std::filesystem::path file, FeedMarkFigures figures)
      : file_(std::move(file)), figures_(std::move(figures)) {}

  std::filesystem::path file_;
  FeedMarkFigures figures_;
};

/// 16 digits made from the directory's secret; empty when it has none yet.
[[nodiscard]] Result<std::string> directory_digits(const store::Store& store);
/// The newest number given: of the log, or where a restore made it go on. Errors: `corrupt`.
[[nodiscard]] Result<std::uint64_t> newest_number(const store::Store& store);
/// What a new epoch changes: cursors of before are void, numbers go on behind `floor`, and places
/// are withheld (backup/withheld.h), since what the source graded meanwhile is not known.
/// `unavailable` without randomness.
[[nodiscard]] Result<std::vector<store::Change>> new_epoch(std::uint64_t floor);

} // namespace grunndata::registry
