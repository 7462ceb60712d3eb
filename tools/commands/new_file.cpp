#include "tools/commands/new_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace grunndata::tools {

using registry::ErrorCode;
using registry::fail;
using registry::Result;

namespace {

constexpr mode_t owner_only = 0600;

tl::unexpected<registry::Error> failed(const char* what, const std::filesystem::path& file,
                                       int error) {
  return fail(ErrorCode::storage, std::string(what) + " " + file.string() + ": " +
                                      std::generic_category().message(error));
}

} // namespace

Result<NewFile> NewFile::make(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::symlink_status(path, ignored))) {
    return fail(ErrorCode::conflict, path.string() + " is there already");
  }
  std::filesystem::path part = path;
  part += ".part";
  const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, owner_only);
  if (fd < 0 && errno == EEXIST) {
    return fail(ErrorCode::conflict,
                part.string() + " is left of an earlier attempt: take it away");
  }
  if (fd < 0) {
    return failed("cannot make", part, errno);
  }
  return NewFile(fd, path, std::move(part));
}

NewFile::NewFile(NewFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)),
      part_(std::move(other.part_)) {}

NewFile::~NewFile() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

Result<void> NewFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written < 0) {
      return failed("cannot write", part_, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> NewFile::finish() {
  if (::fsync(fd_) != 0) {
    return failed("cannot write", part_, errno);
  }
  if (::renameat2(AT_FDCWD, part_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0) {
    return errno == EEXIST ? fail(ErrorCode::conflict, path_.string() + " is there already")
                           : Result<void>(failed("cannot rename", part_, errno));
  }
  const std::filesystem::path folder = path_.has_parent_path() ? path_.parent_path() : ".";
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = directory >= 0 && ::fsync(directory) == 0;
  const int error = errno;
  if (directory >= 0) {
    ::close(directory);
  }
  return synced ? Result<void>{} : Result<void>(failed("cannot sync the folder of", path_, error));
}

} // namespace grunndata::tools
