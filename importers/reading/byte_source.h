// The bytes of one input, unpacked: a file or standard input, plain, gzip or zstd.
#pragma once

#include "registry/error.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace grunndata::importers::reading {

/// Reads forward once. What it is packed with is told by its first bytes, never by its name.
/// Concatenated gzip members and zstd frames are one stream. Not thread-safe.
class ByteSource {
 public:
  /// `-` is standard input. `not_found` when the file cannot be opened.
  [[nodiscard]] static registry::Result<std::unique_ptr<ByteSource>> open(const std::string& path);

  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  /// At least one byte and at most `size`; 0 at the end, for ever after.
  /// `corrupt` when the packing is damaged or ends too early; `storage` when reading fails.
  [[nodiscard]] virtual registry::Result<std::size_t> read(char* to, std::size_t size) = 0;

  /// Packed bytes taken from the input so far.
  [[nodiscard]] virtual std::uint64_t bytes_taken() const noexcept = 0;
};

} // namespace grunndata::importers::reading
