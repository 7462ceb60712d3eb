#include "registry/store/table_files.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::registry::store {

namespace {

// The end of a table of format 5 (rocksdb: table/format.cc): type of checksum, places of the
// metaindex and the index, version, magic number.
constexpr std::size_t footer_bytes = 53;
constexpr std::size_t handles_bytes = 40;
constexpr std::uint32_t footer_version = 5;
constexpr std::uint64_t footer_magic = 0x88e241b785f4cff7ULL;
constexpr char checksum_xxh3 = 4;
/// Behind each block: how it is compressed, and its checksum.
constexpr std::size_t trailer_bytes = 5;
constexpr std::size_t block_bytes_max = std::size_t{16} << 20U;
constexpr std::string_view properties_name = "rocksdb.properties";

template <typename Number>
Number number_at(std::string_view bytes, std::size_t at) noexcept {
  Number number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

std::optional<std::uint64_t> take_varint(std::string_view& bytes) noexcept {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0) {
      return value;
    }
  }
  return std::nullopt;
}

struct Handle {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

std::optional<Handle> take_handle(std::string_view& bytes) noexcept {
  const auto offset = take_varint(bytes);
  const auto size = take_varint(bytes);
  return offset && size ? std::optional(Handle{*offset, *size}) : std::nullopt;
}

class TableFile {
public:
  explicit TableFile(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ >= 0) {
      const off_t end = ::lseek(descriptor_, 0, SEEK_END);
      size_ = end < 0 ? 0 : static_cast<std::uint64_t>(end);
    }
  }
  ~TableFile() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }
  TableFile(const TableFile&) = delete;
  TableFile& operator=(const TableFile&) = delete;

  /// Nothing when there are not so many there.
  [[nodiscard]] std::optional<std::string> read(std::uint64_t offset, std::uint64_t size) const {
    if (size > block_bytes_max || size > size_ || offset > size_ - size) {
      return std::nullopt;
    }
    std::string bytes(size, '\0');
    const ssize_t got = ::pread(descriptor_, bytes.data(), size, static_cast<off_t>(offset));
    return got == static_cast<ssize_t>(size) ? std::optional(std::move(bytes)) : std::nullopt;
  }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

private:
  int descriptor_;
  std::uint64_t size_ = 0;
};

/// Whether a block with its trailer is as it was written. The last byte is hashed apart.
bool is_whole(std::string_view block) noexcept {
  constexpr std::uint32_t last_byte_factor = 0x6b9083d9;
  const std::size_t hashed = block.size() - sizeof(std::uint32_t);
  const auto hash = static_cast<std::uint32_t>(XXH3_64bits(block.data(), hashed - 1));
  const auto last = static_cast<std::uint8_t>(block[hashed - 1]);
  return (hash ^ last * last_byte_factor) == number_at<std::uint32_t>(block, hashed);
}

/// Where the metaindex, whose keys stand in full, says that the properties are.
std::optional<Handle> properties_in(std::string_view metaindex) {
  if (metaindex.size() < sizeof(std::uint32_t)) {
    return std::nullopt;
  }
  const auto restarts =
      number_at<std::uint32_t>(metaindex, metaindex.size() - sizeof(std::uint32_t));
  const std::uint64_t tail = (std::uint64_t{restarts} + 1) * sizeof(std::uint32_t);
  if (tail > metaindex.size()) {
    return std::nullopt;
  }
  metaindex.remove_suffix(tail);
  while (!metaindex.empty()) {
    const auto shared = take_varint(metaindex);
    const auto key_size = take_varint(metaindex);
    const auto value_size = take_varint(metaindex);
    if (!shared || *shared != 0 || !key_size || !value_size || *key_size > metaindex.size() ||
        *value_size > metaindex.size() - *key_size) {
      return std::nullopt;
    }
    const std::string_view key = metaindex.substr(0, *key_size);
    std::string_view value = metaindex.substr(*key_size, *value_size);
    metaindex.remove_prefix(*key_size + *value_size);
    if (key == properties_name) {
      return take_handle(value);
    }
  }
  return std::nullopt;
}

/// False only when the properties are damaged and everything before them is whole.
bool has_sound_properties(const TableFile& file) {
  const auto footer = file.size() < footer_bytes
                          ? std::nullopt
                          : file.read(file.size() - footer_bytes, footer_bytes);
  if (!footer || footer->front() != checksum_xxh3 ||
      number_at<std::uint32_t>(*footer, 1 + handles_bytes) != footer_version ||
      number_at<std::uint64_t>(*footer, 1 + handles_bytes + sizeof(std::uint32_t)) !=
          footer_magic) {
    return true;
  }
  std::string_view handles = std::string_view(*footer).substr(1, handles_bytes);
  const auto metaindex_place = take_handle(handles);
  const auto metaindex =
      metaindex_place ? file.read(metaindex_place->offset, metaindex_place->size + trailer_bytes)
                      : std::nullopt;
  if (!metaindex || !is_whole(*metaindex)) {
    return true;
  }
  const auto place = properties_in(std::string_view(*metaindex).substr(0, metaindex_place->size));
  const auto properties =
      place ? file.read(place->offset, place->size + trailer_bytes) : std::nullopt;
  return !properties || is_whole(*properties);
}

} // namespace

Result<void> check_table_files(const std::filesystem::path& directory) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".sst" && !has_sound_properties(TableFile(entry->path()))) {
      return fail(ErrorCode::corrupt, "the properties of the store's file " +
                                          entry->path().filename().string() + " are damaged");
    }
  }
  if (error) {
    return fail(ErrorCode::storage, "cannot list the store's directory: " + error.message());
  }
  return {};
}

} // namespace grunndata::registry::store
