// A sliding window over an input: what has been read and not yet taken, growing on demand.
#pragma once

#include "importers/reading/byte_source.h"
#include "registry/error.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace grunndata::importers::reading {

/// Reused for one input after another; the buffer keeps its size. Not thread-safe.
class InputWindow {
 public:
  explicit InputWindow(std::size_t buffer_bytes) : buffer_(buffer_bytes) {}

  void start(std::unique_ptr<ByteSource> source);
  [[nodiscard]] bool is_open() const noexcept { return source_ != nullptr; }
  /// Adds what the input took to `bytes_taken` and lets go of it.
  void stop() noexcept;

  /// Everything read and not taken. The view lives until `more`.
  [[nodiscard]] std::string_view view() const noexcept {
    return {buffer_.data() + begin_, end_ - begin_};
  }
  /// Position of the view's first byte in the unpacked input.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
  void take(std::size_t bytes) noexcept {
    begin_ += bytes;
    offset_ += bytes;
  }
  /// Reads on, making room first. False at the end of the input.
  [[nodiscard]] registry::Result<bool> more();
  [[nodiscard]] std::uint64_t bytes_taken() const noexcept {
    return finished_bytes_ + (source_ ? source_->bytes_taken() : 0);
  }

 private:
  std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t finished_bytes_ = 0;
};

} // namespace grunndata::importers::reading
