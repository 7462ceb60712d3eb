// What the store has promised to hold, written beside it. Internal to registry/store.
#pragma once

#include "registry/error.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

namespace grunndata::registry::store {

/// A lower bound of what must be there at the next open. The engine's own logs cannot tell a record
/// that was cut off while being written from an acknowledged one whose length was damaged: both end
/// too early. This file can. It is written after each acknowledged write, without a sync of its
/// own: exact after a crash of the process, and after a power cut at worst older than the truth,
/// never newer. Without the file, or with a damaged one, nothing is checked.
///
/// The file: 8 bytes magic, then little-endian u64 sequence, u64 number, length and XXH3 of the
/// manifest's beginning, u64 XXH3 of all before.
class Acknowledged {
public:
  static constexpr std::string_view file_name = "ACKNOWLEDGED";

  ~Acknowledged();
  Acknowledged(const Acknowledged&) = delete;
  Acknowledged& operator=(const Acknowledged&) = delete;

  /// Before the engine opens: whether the manifest still holds what it held. Returns the sequence
  /// that the engine must have reached once it is open; 0 when nothing is known. Errors: `corrupt`.
  [[nodiscard]] static Result<std::uint64_t> check(const std::filesystem::path& directory);
  /// After the engine has opened; `sequence` is what `check` returned. Errors: `storage`.
  [[nodiscard]] static Result<std::unique_ptr<Acknowledged>>
  open(const std::filesystem::path& directory, std::uint64_t sequence);

  /// Everything up to `sequence` is on disk. Thread-safe.
  void reached(std::uint64_t sequence) noexcept;
  /// The first `length` bytes of manifest `number` are on disk. Thread-safe.
  void manifest(std::uint64_t number, std::uint64_t length) noexcept;

private:
  struct State;
  explicit Acknowledged(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

} // namespace grunndata::registry::store
