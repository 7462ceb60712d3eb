// Files as the audit log needs them: whole reads, exact reads and atomic, durable writes.
#pragma once

#include "registry/audit/tree/hash.h"
#include "registry/error.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::registry::audit {

/// An open descriptor, closed at the end. Move-only.
class File {
public:
  File() noexcept = default;
  explicit File(int descriptor) noexcept : descriptor_(descriptor) {}
  ~File();
  File(File&& other) noexcept : descriptor_(other.release()) {}
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const noexcept { return descriptor_; }
  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
  int release() noexcept;

private:
  int descriptor_ = -1;
};

/// `storage`: "cannot <what> <path>: <reason of the system>".
[[nodiscard]] tl::unexpected<Error> file_fault(std::string_view what,
                                               const std::filesystem::path& path);

/// Errors: `not_found`, `storage`.
[[nodiscard]] Result<File> open_to_read(const std::filesystem::path& path);
[[nodiscard]] Result<std::uint64_t> size_of(const File& file, const std::filesystem::path& path);
/// Exactly `into.size()` bytes at `offset`; a file that ends earlier is `corrupt`.
[[nodiscard]] Result<void> read_at(const File& file, std::uint64_t offset,
                                   std::span<std::uint8_t> into);
[[nodiscard]] Result<void> write_at(const File& file, std::uint64_t offset, Bytes bytes);

/// Errors: `not_found`; `unsupported` above `bytes_max`; `storage`.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::uint64_t bytes_max);

/// Whether a new file is on disk when it is written.
enum class Durable : std::uint8_t { no, yes };
/// Writes beside `path` and renames, mode 0600; makes missing folders when asked to. A crash leaves
/// the old file or the new one.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes,
                                        Durable durable);
/// So that names in `directory` survive the machine.
[[nodiscard]] Result<void> sync_directory(const std::filesystem::path& directory);

} // namespace grunndata::registry::audit
