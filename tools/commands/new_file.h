// A file that has its name only when it is whole.
#pragma once

#include "registry/error.h"

#include <filesystem>
#include <string_view>

namespace grunndata::tools {

/// Written beside its name with `.part` behind it, for nobody else to read, and renamed when all of
/// it is on disk. Left as it is when it is not finished.
class NewFile {
public:
  /// Errors: `conflict` when the file, or what an earlier attempt left of it, is there; `storage`.
  [[nodiscard]] static registry::Result<NewFile> make(const std::filesystem::path& path);
  ~NewFile();
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;

  /// Errors: `storage`.
  [[nodiscard]] registry::Result<void> write(std::string_view bytes);
  /// On disk under its name. Errors: `conflict` when the name was taken meanwhile; `storage`.
  [[nodiscard]] registry::Result<void> finish();

  [[nodiscard]] const std::filesystem::path& part() const noexcept { return part_; }

private:
  NewFile(int fd, std::filesystem::path path, std::filesystem::path part)
      : fd_(fd), path_(std::move(path)), part_(std::move(part)) {}

  int fd_;
  std::filesystem::path path_;
  std::filesystem::path part_;
};

} // namespace grunndata::tools
