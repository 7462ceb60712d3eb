#include "registry/audit/segment_file.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

namespace grunndata::registry::audit {

namespace {

constexpr std::array<char, 8> magic{'g', 'r', 'd', 'a', 'u', 'd', 'i', 't'};
constexpr std::uint32_t segment_version = 1;
constexpr std::size_t mark_offset = 48;
constexpr std::size_t checksum_offset = 56;
constexpr unsigned number_digits = 10;

/// Mark: 47 bits of offset, one of `closed`, sixteen of checksum over them.
constexpr unsigned closed_bit = 47;
constexpr unsigned check_bit = 48;
constexpr std::uint64_t end_mask = (std::uint64_t{1} << closed_bit) - 1;

struct StoredHead {
  std::array<char, 8> magic{};
  std::uint32_t version = 0;
  std::uint32_t reserved = 0;
  LogId log{};
  std::uint64_t number = 0;
  std::uint64_t first = 0;
  std::uint64_t mark = 0;
  std::uint64_t checksum = 0; ///< XXH3 of what stands before the mark
};
static_assert(sizeof(StoredHead) == segment_head_bytes);
static_assert(offsetof(StoredHead, mark) == mark_offset);
static_assert(offsetof(StoredHead, checksum) == checksum_offset);

std::uint64_t pack(SyncMark mark) {
  const std::uint64_t value =
      (mark.end & end_mask) | (std::uint64_t{mark.closed ? 1U : 0U} << closed_bit);
  const std::uint64_t check = XXH3_64bits(&value, sizeof(value)) >> check_bit;
  return value | (check << check_bit);
}

std::optional<SyncMark> unpack(std::uint64_t stored) {
  const SyncMark mark{stored & end_mask, ((stored >> closed_bit) & 1U) != 0};
  return pack(mark) == stored ? std::optional(mark) : std::nullopt;
}

} // namespace

std::filesystem::path segment_name(std::uint64_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, digits.size() < number_digits ? number_digits - digits.size() : 0, '0');
  return digits + ".segment";
}

std::optional<std::uint64_t> segment_number(const std::filesystem::path& name) {
  const std::string text = name.filename().string();
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return segment_name(number) == text ? std::optional(number) : std::nullopt;
}

std::array<std::uint8_t, segment_head_bytes> head_bytes(const SegmentHead& head) {
  StoredHead stored;
  stored.magic = magic;
  stored.version = segment_version;
  stored.log = head.log;
  stored.number = head.number;
  stored.first = head.first;
  stored.mark = pack(head.mark);
  stored.checksum = XXH3_64bits(&stored, mark_offset);
  std::array<std::uint8_t, segment_head_bytes> bytes{};
  std::memcpy(bytes.data(), &stored, sizeof(stored));
  return bytes;
}

Result<std::optional<SegmentHead>> read_head(const File& file) {
  std::array<std::uint8_t, segment_head_bytes> bytes{};
  if (auto read = read_at(file, 0, bytes); !read) {
    return tl::unexpected(read.error());
  }
  if (std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; })) {
    return std::nullopt;
  }
  StoredHead stored;
  std::memcpy(&stored, bytes.data(), sizeof(stored));
  const auto mark = unpack(stored.mark);
  if (stored.magic != magic || stored.reserved != 0 || !mark ||
      stored.checksum != XXH3_64bits(&stored, mark_offset)) {
    return fail(ErrorCode::corrupt, "the header of a segment of the audit log is damaged");
  }
  if (stored.version != segment_version) {
    return fail(ErrorCode::unsupported, "a segment of the audit log is of a newer version");
  }
  return SegmentHead{stored.log, stored.number, stored.first, *mark};
}

Result<void> write_mark(const File& file, SyncMark mark) {
  const std::uint64_t stored = pack(mark);
  std::array<std::uint8_t, sizeof(stored)> bytes{};
  std::memcpy(bytes.data(), &stored, sizeof(stored));
  return write_at(file, mark_offset, bytes);
}

Result<bool> is_zero(const File& file, std::uint64_t from, std::uint64_t end) {
  constexpr std::size_t chunk_bytes = std::size_t{1} << 20U;
  std::vector<std::uint8_t> chunk;
  while (from < end) {
    chunk.resize(static_cast<std::size_t>(std::min<std::uint64_t>(chunk_bytes, end - from)));
    if (auto read = read_at(file, from, chunk); !read) {
      return tl::unexpected(read.error());
    }
    if (chunk.front() != 0 || std::memcmp(chunk.data(), chunk.data() + 1, chunk.size() - 1) != 0) {
      return false;
    }
    from += chunk.size();
  }
  return true;
}

Result<void> preallocate(const std::filesystem::path& path, std::uint64_t bytes) {
  const std::filesystem::path beside = path.string() + ".new";
  const File file(
      ::open(beside.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open()) {
    return file_fault("create", beside);
  }
  int failed = 0;
  do {
    failed = ::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes));
  } while (failed == EINTR);
  if (failed == 0 && ::fsync(file.get()) != 0) {
    failed = errno;
  }
  if (failed == 0 && ::rename(beside.c_str(), path.c_str()) != 0) {
    failed = errno;
  }
  if (failed != 0) {
    ::unlink(beside.c_str());
    errno = failed;
    return file_fault("set aside room for", path);
  }
  return sync_directory(path.parent_path());
}

Result<std::unique_ptr<MappedSegment>> MappedSegment::open(const std::filesystem::path& path,
                                                           std::uint64_t end) {
  File file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!file.is_open()) {
    return file_fault("open", path);
  }
  const auto size = size_of(file, path);
  if (!size) {
    return tl::unexpected(size.error());
  }
  void* memory = ::mmap(nullptr, *size, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (memory == MAP_FAILED) { // NOLINT: the system's macro
    return file_fault("map", path);
  }
  return std::unique_ptr<MappedSegment>(
      new MappedSegment(std::move(file), static_cast<std::uint8_t*>(memory), *size, end));
}

MappedSegment::~MappedSegment() { ::munmap(memory_, bytes_); }

void MappedSegment::start(const SegmentHead& head) {
  const auto bytes = head_bytes(head);
  std::memcpy(memory_, bytes.data(), bytes.size());
  end_ = segment_head_bytes;
}

void MappedSegment::append(Bytes frames) noexcept {
  // Readers after a crash stop at a size of zero: until the first frame's size stands there, the
  // rest of what is copied is not part of the log.
  std::uint32_t first = 0;
  std::memcpy(&first, frames.data(), sizeof(first));
  std::uint8_t* to = memory_ + end_;
  std::memcpy(to + sizeof(first), frames.data() + sizeof(first), frames.size() - sizeof(first));
  std::atomic_ref<std::uint32_t>(*reinterpret_cast<std::uint32_t*>(to))
      .store(first, std::memory_order_release);
  end_ += frames.size();
}

void MappedSegment::write_mark(SyncMark mark) noexcept {
  std::atomic_ref<std::uint64_t>(*reinterpret_cast<std::uint64_t*>(memory_ + mark_offset))
      .store(pack(mark), std::memory_order_release);
}

} // namespace grunndata::registry::audit
