#include "registry/hjelpenummer/mark_file.h"

#include <algorithm>
#include <cassert>
#include <concepts>

#include <openssl/sha.h>

namespace grunndata::registry::hjelpenummer {

namespace {

constexpr std::string_view magic = "grdissue";
constexpr std::uint32_t version = 1;
constexpr std::size_t head_bytes = 88;
constexpr std::size_t range_bytes = 16;
constexpr std::size_t checksum_bytes = SHA256_DIGEST_LENGTH;
static_assert(mark_file_bytes_max == head_bytes + range_bytes * mark_ranges_max + checksum_bytes);

std::string checksum_of(std::string_view bytes) {
  std::string digest(checksum_bytes, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

template <std::unsigned_integral Number>
void put(std::string& out, Number number) {
  for (std::size_t byte = 0; byte < sizeof(Number); ++byte) {
    out += static_cast<char>(static_cast<unsigned char>(number >> (8 * byte)));
  }
}

/// Takes bytes from the front; the caller has seen that there are enough.
class Reader {
public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::string_view take(std::size_t count) {
    assert(count <= bytes_.size());
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }
  template <std::unsigned_integral Number>
  Number number() {
    Number number = 0;
    const std::string_view taken = take(sizeof(Number));
    for (std::size_t byte = 0; byte < taken.size(); ++byte) {
      number |= static_cast<Number>(Number{static_cast<unsigned char>(taken[byte])} << (8 * byte));
    }
    return number;
  }
  template <std::size_t Count>
  std::array<std::uint8_t, Count> array() {
    std::array<std::uint8_t, Count> out{};
    std::ranges::transform(take(Count), out.begin(),
                           [](char byte) { return static_cast<std::uint8_t>(byte); });
    return out;
  }

private:
  std::string_view bytes_;
};

/// The state, or nothing when `bytes` cannot hold one. The reader stands before the generation.
std::optional<MarkState> read_state(Reader& reader, std::size_t bytes_count) {
  MarkState state;
  state.generation = reader.number<std::uint64_t>();
  const auto pending = reader.number<std::uint32_t>();
  state.last_lease = reader.number<std::uint32_t>();
  const auto ranges = reader.number<std::uint32_t>();
  const auto zero = reader.number<std::uint32_t>();
  if (pending > 1 || zero != 0 || ranges > mark_ranges_max ||
      bytes_count != head_bytes + range_bytes * ranges + checksum_bytes) {
    return std::nullopt;
  }
  state.restore_pending = pending == 1;
  for (std::uint32_t place = 0; place < ranges; ++place) {
    RangeMark mark;
    mark.range.first = reader.number<std::uint32_t>();
    mark.range.last = reader.number<std::uint32_t>();
    mark.reserved_up_to = reader.number<std::uint32_t>();
    if (reader.number<std::uint32_t>() != 0) {
      return std::nullopt;
    }
    state.ranges.push_back(mark);
  }
  return is_sound(state) ? std::optional(state) : std::nullopt;
}

} // namespace

bool is_sound(const MarkState& state) noexcept {
  if (state.ranges.empty() || state.ranges.size() > mark_ranges_max ||
      state.last_lease > lease_counters_max) {
    return false;
  }
  for (auto mark = state.ranges.begin(); mark != state.ranges.end(); ++mark) {
    const bool is_apart = std::none_of(state.ranges.begin(), mark, [mark](const RangeMark& other) {
      return other.range.overlaps(mark->range);
    });
    if (!mark->range.is_valid() || mark->reserved_up_to > mark->range.size() || !is_apart) {
      return false;
    }
  }
  return true;
}

std::string write_mark(const MarkContent& content) {
  assert(is_sound(content.state));
  const MarkState& state = content.state;
  const std::size_t size = head_bytes + range_bytes * state.ranges.size() + checksum_bytes;
  std::string bytes;
  bytes.reserve(mark_file_bytes_max); // so that no copy of the key is left where it grew out of
  bytes += magic;
  put(bytes, version);
  put(bytes, static_cast<std::uint32_t>(size));
  bytes.append(content.installation.begin(), content.installation.end());
  bytes.append(content.key.bytes().begin(), content.key.bytes().end());
  put(bytes, state.generation);
  put(bytes, std::uint32_t{state.restore_pending});
  put(bytes, state.last_lease);
  put(bytes, static_cast<std::uint32_t>(state.ranges.size()));
  put(bytes, std::uint32_t{0});
  for (const RangeMark& mark : state.ranges) {
    put(bytes, mark.range.first);
    put(bytes, mark.range.last);
    put(bytes, mark.reserved_up_to);
    put(bytes, std::uint32_t{0});
  }
  bytes += checksum_of(bytes);
  assert(bytes.size() == size);
  return bytes;
}

Result<MarkContent> read_mark(std::string_view bytes, const std::filesystem::path& path) {
  const auto corrupt = [&path] {
    return fail(ErrorCode::corrupt, path.string() + " is not an intact issuing mark");
  };
  if (bytes.size() < head_bytes + checksum_bytes || !bytes.starts_with(magic) ||
      checksum_of(bytes.substr(0, bytes.size() - checksum_bytes)) !=
          bytes.substr(bytes.size() - checksum_bytes)) {
    return corrupt();
  }
  Reader reader(bytes);
  reader.take(magic.size());
  const auto found_version = reader.number<std::uint32_t>();
  if (found_version > version) {
    return fail(ErrorCode::unsupported, path.string() + " is an issuing mark of version " +
                                            std::to_string(found_version) +
                                            ", newer than this program");
  }
  const auto size = reader.number<std::uint32_t>();
  const auto installation = reader.array<std::tuple_size_v<InstallationId>>();
  const IssuingKey key(reader.array<IssuingKey::bytes_count>());
  auto state = read_state(reader, bytes.size());
  if (found_version != version || size != bytes.size() || !state) {
    return corrupt();
  }
  return MarkContent{installation, key, std::move(*state)};
}

} // namespace grunndata::registry::hjelpenummer
