#include "registry/purge/register.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry::purge {

namespace {

constexpr std::string_view kind = "grunndata-purges 1";
constexpr std::array<std::pair<Reason, std::string_view>, 5> reasons{{
    {Reason::strictly_confidential, "strictly_confidential"},
    {Reason::graded_row, "graded_row"},
    {Reason::shared_home, "shared_home"},
    {Reason::removed_by_law, "removed_by_law"},
    {Reason::accepted_missing, "accepted_missing"},
}};
constexpr std::string_view nobody = "-";
constexpr std::size_t checksum_digits = 16;
constexpr std::size_t directory_digits = 16;
constexpr std::size_t file_bytes_max = std::size_t{1} << 30U;

std::string hex_of(const unsigned char* bytes, std::size_t count) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += digits[bytes[i] >> 4U];
    text += digits[bytes[i] & 0xFU];
  }
  return text;
}

std::string hex_of(std::uint64_t number) {
  std::array<unsigned char, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<unsigned char>(number >> (56U - 8U * i));
  }
  return hex_of(bytes.data(), bytes.size());
}

std::array<unsigned char, 32> keyed(std::span<const unsigned char> key, std::string_view text) {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return digest;
}

std::uint64_t checksum_of(std::string_view text, std::uint64_t before) noexcept {
  return XXH3_64bits_withSeed(text.data(), text.size(), before);
}

/// The next word of `line`, which loses it and the blank after it.
std::string_view take_word(std::string_view& line) noexcept {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

tl::unexpected<Error> storage(const std::filesystem::path& file, const char* what) {
  return fail(ErrorCode::storage, std::string(what) + " the purge register " + file.string() +
                                      ": " + std::strerror(errno));
}

bool write_whole(int descriptor, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t done = ::write(descriptor, text.data(), text.size());
    if (done < 0 && errno != EINTR) {
      return false;
    }
    text.remove_prefix(done < 0 ? 0 : static_cast<std::size_t>(done));
  }
  return true;
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

bool sync_folder(const std::filesystem::path& file) noexcept {
  const int folder = ::open(folder_of(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder >= 0 && ::fsync(folder) == 0;
  if (folder >= 0) {
    ::close(folder);
  }
  return synced;
}

} // namespace

std::string_view name_of(Reason reason) noexcept {
  return std::ranges::find(reasons, reason, &std::pair<Reason, std::string_view>::first)->second;
}

Register::Register(std::filesystem::path file, const IdCipher::Key& id_key)
    : file_(std::move(file)), ids_(id_key), secret_(keyed(id_key, "grunndata purge register")) {}

Register::~Register() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

IdentifierHash Register::hash_of(std::string_view index_key) const {
  const auto digest = keyed(secret_, index_key);
  IdentifierHash hash{};
  std::ranges::copy(hex_of(digest.data(), hash.size() / 2), hash.begin());
  return hash;
}

std::string Register::first_line() const {
  const auto digest = keyed(secret_, "directory");
  return std::string(kind) + ' ' + hex_of(digest.data(), directory_digits / 2);
}

std::string Register::line_of(const RegisterEntry& entry, std::uint64_t& checksum) const {
  std::string line = std::to_string(entry.number) + ' ' + format_instant(entry.time) + ' ';
  line += name_of(entry.reason);
  line += ' ';
  line += entry.entity == EntityId{} ? nobody : view_of(ids_.seal(entry.entity));
  line += ' ' + format_instant(entry.extracted_at) + ' ';
  for (std::size_t i = 0; i < entry.identifiers.size(); ++i) {
    line += i == 0 ? "" : ",";
    line.append(entry.identifiers[i].data(), entry.identifiers[i].size());
  }
  line += entry.identifiers.empty() ? nobody : std::string_view{};
  checksum = checksum_of(line, checksum);
  return line + ' ' + hex_of(checksum) + '\n';
}

std::optional<RegisterEntry> Register::entry_of(std::string_view line) const {
  RegisterEntry entry;
  const std::string_view number = take_word(line);
  const auto read = std::from_chars(number.data(), number.data() + number.size(), entry.number);
  const auto time = parse_date_time(take_word(line));
  const auto reason =
      std::ranges::find(reasons, take_word(line), &std::pair<Reason, std::string_view>::second);
  const std::string_view person = take_word(line);
  const auto entity = person == nobody ? EntityId{} : ids_.open(person);
  const auto extracted = parse_date_time(take_word(line));
  std::string_view hashes = take_word(line);
  const bool numbered = read.ec == std::errc{} && read.ptr == number.data() + number.size();
  if (!numbered || !time || reason == reasons.end() || !entity || !extracted || !line.empty()) {
    return std::nullopt;
  }
  entry.time = *time;
  entry.reason = reason->first;
  entry.entity = *entity;
  entry.extracted_at = *extracted;
  while (!hashes.empty() && hashes != nobody) {
    IdentifierHash hash{};
    if (hashes.size() < hash.size()) {
      return std::nullopt;
    }
    std::copy_n(hashes.begin(), hash.size(), hash.begin());
    entry.identifiers.push_back(hash);
    hashes.remove_prefix(std::min(hash.size() + 1, hashes.size()));
  }
  return entry;
}

Result<void> Register::read() {
  std::string text;
  std::array<char, 1U << 16U> block{};
  for (ssize_t got = 1; got != 0;) {
    got = ::read(descriptor_, block.data(), block.size());
    if (got < 0 || text.size() > file_bytes_max) {
      return storage(file_, "cannot read");
    }
    text.append(block.data(), static_cast<std::size_t>(got));
  }
  if (!kind.starts_with(std::string_view(text).substr(0, kind.size()))) {
    return fail(ErrorCode::invalid, file_.string() + " is no purge register");
  }
  std::size_t whole = 0; // of it, up to the end of the last line; what follows is half written
  std::uint64_t lines = 0;
  for (std::size_t end = 0; (end = text.find('\n', whole)) != std::string::npos; ++lines) {
    std::string_view line = std::string_view(text).substr(whole, end - whole);
    const std::size_t body =
        line.size() < checksum_digits + 1 ? 0 : line.size() - checksum_digits - 1;
    const std::uint64_t checksum = checksum_of(line.substr(0, body), checksum_);
    const bool intact = body != 0 && line.substr(body) == ' ' + hex_of(checksum);
    line = line.substr(0, body);
    auto entry = intact && lines != 0 ? entry_of(line) : std::nullopt;
    const bool is_good =
        intact && (lines == 0 ? line.starts_with(kind) : entry && entry->number > newest());
    if (!is_good) {
      return fail(ErrorCode::corrupt, "line " + std::to_string(lines + 1) +
                                          " of the purge register " + file_.string() +
                                          " is damaged");
    }
    if (lines == 0 && line != first_line()) {
      return fail(ErrorCode::conflict,
                  "the purge register " + file_.string() + " belongs to another data directory");
    }
    if (entry) {
      entries_.push_back(std::move(*entry));
    }
    checksum_ = checksum;
    whole = end + 1;
  }
  if (whole != text.size() &&
      (::ftruncate(descriptor_, static_cast<off_t>(whole)) != 0 || ::fsync(descriptor_) != 0)) {
    return storage(file_, "cannot mend");
  }
  if (whole == 0) { // made, but its first line never acknowledged
    ::close(descriptor_);
    descriptor_ = -1;
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
  }
  return {};
}

Result<std::unique_ptr<Register>> Register::open(const std::filesystem::path& file,
                                                 const IdCipher::Key& id_key) {
  std::unique_ptr<Register> opened(new Register(file, id_key));
  opened->descriptor_ = ::open(file.c_str(), O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
  if (opened->descriptor_ < 0 && errno != ENOENT) {
    return storage(file, "cannot open");
  }
  if (opened->descriptor_ < 0) {
    if (::access(folder_of(file).c_str(), W_OK) != 0) {
      return storage(file, "cannot make");
    }
    return opened;
  }
  if (auto read = opened->read(); !read) {
    return tl::unexpected(read.error());
  }
  if (opened->descriptor_ >= 0 && ::fchmod(opened->descriptor_, S_IRUSR | S_IWUSR) != 0) {
    return storage(file, "cannot protect");
  }
  return opened;
}

Result<void> Register::make() {
  descriptor_ =
      ::open(file_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  const std::string line = first_line();
  const std::uint64_t checksum = checksum_of(line, 0);
  if (descriptor_ < 0 || !write_whole(descriptor_, line + ' ' + hex_of(checksum) + '\n') ||
      !sync_folder(file_)) {
    auto failed = storage(file_, "cannot make");
    if (descriptor_ >= 0) {
      ::close(descriptor_);
      descriptor_ = -1;
      std::error_code ignored;
      std::filesystem::remove(file_, ignored);
    }
    return failed;
  }
  checksum_ = checksum;
  return {};
}

Result<void> Register::append(std::span<const RegisterEntry> entries) {
  if (descriptor_ < 0) {
    if (auto made = make(); !made) {
      return made;
    }
  }
  struct stat before {};
  std::uint64_t checksum = checksum_;
  std::string lines;
  for (const RegisterEntry& entry : entries) {
    lines += line_of(entry, checksum);
  }
  if (::fstat(descriptor_, &before) != 0 || !write_whole(descriptor_, lines) ||
      ::fsync(descriptor_) != 0) {
    auto failed = storage(file_, "cannot write");
    [[maybe_unused]] const int cut = ::ftruncate(descriptor_, before.st_size);
    return failed;
  }
  checksum_ = checksum;
  entries_.insert(entries_.end(), entries.begin(), entries.end());
  return {};
}

} // namespace grunndata::registry::purge
