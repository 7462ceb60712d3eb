#include "registry/audit/tree/file.h"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace grunndata::registry::audit {

File::~File() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

File& File::operator=(File&& other) noexcept {
  if (this != &other) {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
    descriptor_ = other.release();
  }
  return *this;
}

int File::release() noexcept { return std::exchange(descriptor_, -1); }

tl::unexpected<Error> file_fault(std::string_view what, const std::filesystem::path& path) {
  const std::error_code reason(errno, std::generic_category());
  return fail(ErrorCode::storage,
              "cannot " + std::string(what) + " " + path.string() + ": " + reason.message());
}

Result<File> open_to_read(const std::filesystem::path& path) {
  File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open() && errno == ENOENT) {
    return fail(ErrorCode::not_found, path.string() + " is missing");
  }
  return file.is_open() ? Result<File>(std::move(file)) : file_fault("open", path);
}

Result<std::uint64_t> size_of(const File& file, const std::filesystem::path& path) {
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0) {
    return file_fault("inspect", path);
  }
  return static_cast<std::uint64_t>(facts.st_size);
}

Result<void> read_at(const File& file, std::uint64_t offset, std::span<std::uint8_t> into) {
  while (!into.empty()) {
    const auto count = ::pread(file.get(), into.data(), into.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return file_fault("read", "a file of the audit log");
    }
    if (count == 0) {
      return fail(ErrorCode::corrupt, "a file of the audit log ends too early");
    }
    into = into.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

Result<void> write_at(const File& file, std::uint64_t offset, Bytes bytes) {
  while (!bytes.empty()) {
    const auto count = ::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return file_fault("write", "a file of the audit log");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t bytes_max) {
  auto file = open_to_read(path);
  const auto size = file ? size_of(*file, path) : tl::unexpected(file.error());
  if (!size) {
    return tl::unexpected(size.error());
  }
  if (*size > bytes_max) {
    return fail(ErrorCode::unsupported, path.string() + " is larger than it can be");
  }
  std::string bytes(static_cast<std::size_t>(*size), '\0');
  auto* room = reinterpret_cast<std::uint8_t*>(bytes.data());
  if (auto read = read_at(*file, 0, {room, bytes.size()}); !read) {
    return tl::unexpected(read.error());
  }
  return bytes;
}

Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes,
                          Durable durable) {
  const std::filesystem::path beside = path.string() + ".new";
  File file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open() && errno == ENOENT) {
    std::error_code failed;
    std::filesystem::create_directories(path.parent_path(), failed);
    file =
        File(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
  }
  if (!file.is_open()) {
    return file_fault("create", beside);
  }
  if (auto written = write_at(file, 0, bytes_of(bytes)); !written) {
    ::unlink(beside.c_str());
    return written;
  }
  if (durable == Durable::yes && ::fdatasync(file.get()) != 0) {
    return file_fault("sync", beside);
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) {
    return file_fault("rename", beside);
  }
  return durable == Durable::yes ? sync_directory(path.parent_path()) : Result<void>{};
}

Result<void> sync_directory(const std::filesystem::path& directory) {
  const File folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || ::fsync(folder.get()) != 0) {
    return file_fault("sync", directory);
  }
  return {};
}

} // namespace grunndata::registry::audit
