#include "registry/store/acknowledged.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <mutex>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

namespace grunndata::registry::store {
namespace {

static_assert(std::endian::native == std::endian::little, "the file is little-endian");

constexpr std::array<char, 8> magic{'g', 'd', 'a', 'c', 'k', '0', '0', '1'};
constexpr std::size_t read_chunk_bytes = 64u << 10;
constexpr std::string_view manifest_prefix = "MANIFEST-";

struct Record {
  std::array<char, 8> kind = magic;
  std::uint64_t sequence = 0;
  std::uint64_t manifest_number = 0;
  std::uint64_t manifest_length = 0;
  std::uint64_t manifest_hash = 0;
  std::uint64_t checksum = 0;
};
static_assert(sizeof(Record) == 48);

std::uint64_t checksum_of(const Record& record) {
  return XXH3_64bits(&record, sizeof(Record) - sizeof(record.checksum));
}

std::string manifest_name(std::uint64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t width = 6;
  if (digits.size() < width) {
    digits.insert(0, width - digits.size(), '0');
  }
  return std::string(manifest_prefix) + digits;
}

std::optional<Record> read_record(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::array<char, sizeof(Record)> bytes{};
  if (!in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    return std::nullopt;
  }
  const auto record = std::bit_cast<Record>(bytes);
  if (record.kind != magic || record.checksum != checksum_of(record)) {
    return std::nullopt;
  }
  return record;
}

/// The number of the manifest that CURRENT names; nothing when it names none.
std::optional<std::uint64_t> current_manifest(const std::filesystem::path& directory) {
  std::ifstream in(directory / "CURRENT");
  std::string line;
  if (!std::getline(in, line) || !line.starts_with(manifest_prefix)) {
    return std::nullopt;
  }
  const std::string digits = line.substr(manifest_prefix.size());
  const std::size_t digits_max = 19;
  if (digits.empty() || digits.size() > digits_max ||
      digits.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  return std::stoull(digits);
}

/// Adds bytes [from, until) of a file to a hash; false when they are not there.
bool hash_range(XXH3_state_t& hash, const std::filesystem::path& file, std::uint64_t from,
                std::uint64_t until) {
  std::ifstream in(file, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(from));
  std::vector<char> chunk(read_chunk_bytes);
  while (from < until) {
    const auto wanted = std::min<std::uint64_t>(chunk.size(), until - from);
    if (!in.read(chunk.data(), static_cast<std::streamsize>(wanted))) {
      return false;
    }
    XXH3_64bits_update(&hash, chunk.data(), wanted);
    from += wanted;
  }
  return true;
}

struct HashStateDeleter {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};
using HashState = std::unique_ptr<XXH3_state_t, HashStateDeleter>;

HashState make_hash() {
  HashState hash(XXH3_createState());
  XXH3_64bits_reset(hash.get());
  return hash;
}

} // namespace

struct Acknowledged::State {
  std::filesystem::path directory;
  std::mutex mutex;
  int file = -1;
  Record record;
  HashState hash = make_hash();

  ~State() {
    if (file >= 0) {
      ::close(file);
    }
  }
  /// A failure is not reported: the promise only gets older, and the engine meets the same disk.
  void write() noexcept {
    record.checksum = checksum_of(record);
    [[maybe_unused]] const ssize_t written = ::pwrite(file, &record, sizeof(record), 0);
  }
};

Acknowledged::Acknowledged(std::unique_ptr<State> state) : state_(std::move(state)) {}
Acknowledged::~Acknowledged() = default;

Result<std::uint64_t> Acknowledged::check(const std::filesystem::path& directory) {
  const auto record = read_record(directory / file_name);
  if (!record) {
    return 0;
  }
  const auto current = current_manifest(directory);
  if (!current || *current < record->manifest_number) {
    return fail(ErrorCode::corrupt, "CURRENT does not name the newest manifest of the store");
  }
  if (*current == record->manifest_number) {
    const HashState hash = make_hash();
    const auto file = directory / manifest_name(*current);
    if (!hash_range(*hash, file, 0, record->manifest_length) ||
        XXH3_64bits_digest(hash.get()) != record->manifest_hash) {
      return fail(ErrorCode::corrupt, "the manifest of the store has changed since it was written");
    }
  }
  return record->sequence;
}

Result<std::unique_ptr<Acknowledged>> Acknowledged::open(const std::filesystem::path& directory,
                                                         std::uint64_t sequence) {
  auto state = std::make_unique<State>();
  state->directory = directory;
  state->record.sequence = sequence;
  const std::string file = directory / file_name;
  state->file = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (state->file < 0) {
    return fail(ErrorCode::storage, "cannot write the store's ACKNOWLEDGED file");
  }
  return std::unique_ptr<Acknowledged>(new Acknowledged(std::move(state)));
}

void Acknowledged::reached(std::uint64_t sequence) noexcept {
  const std::lock_guard lock(state_->mutex);
  if (sequence > state_->record.sequence) {
    state_->record.sequence = sequence;
    state_->write();
  }
}

void Acknowledged::manifest(std::uint64_t number, std::uint64_t length) noexcept {
  const std::lock_guard lock(state_->mutex);
  Record& record = state_->record;
  if (number != record.manifest_number) {
    record.manifest_length = 0;
    XXH3_64bits_reset(state_->hash.get());
  }
  if (length < record.manifest_length || (number == record.manifest_number &&
                                          length == record.manifest_length)) {
    return;
  }
  const auto file = state_->directory / manifest_name(number);
  if (!hash_range(*state_->hash, file, record.manifest_length, length)) {
    record.manifest_number = 0; // promises nothing; the next call starts over
    record.manifest_length = 0;
    state_->write();
    return;
  }
  record.manifest_number = number;
  record.manifest_length = length;
  record.manifest_hash = XXH3_64bits_digest(state_->hash.get());
  state_->write();
}

} // namespace grunndata::registry::store
