#include "registry/backup/manifest.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include <openssl/rand.h>

namespace grunndata::registry::backup {

namespace {

constexpr std::string_view kind = "grunndata-backup ";
constexpr std::string_view version = "1";
constexpr std::size_t id_time_chars = 22; ///< 20260131T120000123456Z
constexpr std::size_t id_random_bytes = 4;

tl::unexpected<Error> corrupt() {
  return fail(ErrorCode::corrupt, "the list of files of a backup cannot be read");
}

/// Words of one line, then of the next.
class Words {
public:
  explicit Words(std::string_view text) : text_(text) {}

  /// The rest of the line.
  std::string_view line() {
    const auto end = std::min(text_.find('\n'), text_.size());
    const std::string_view rest = text_.substr(0, end);
    text_.remove_prefix(std::min(end + 1, text_.size()));
    return rest;
  }
  std::string_view word() {
    const auto end = std::min(text_.find_first_of(" \n"), text_.size());
    const std::string_view found = text_.substr(0, end);
    text_.remove_prefix(end);
    text_.remove_prefix(text_.starts_with(' ') ? 1 : 0);
    return found;
  }
  template <typename T>
  std::optional<T> number() {
    const std::string_view digits = word();
    T value{};
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return read.ec == std::errc{} && read.ptr == digits.data() + digits.size()
               ? std::optional(value)
               : std::nullopt;
  }
  /// The rest of a line that begins with `name`.
  std::optional<std::string_view> value(std::string_view name) {
    return word() == name ? std::optional(line()) : std::nullopt;
  }

private:
  std::string_view text_;
};

/// Files are written below the restored directory and nowhere else.
bool stays_inside(std::string_view path) {
  const std::filesystem::path given(path);
  return !path.empty() && given.is_relative() && path.find('\0') == std::string_view::npos &&
         std::ranges::none_of(given, [](const auto& part) { return part == ".." || part == "."; });
}

std::optional<ManifestFile> read_file(Words& words) {
  ManifestFile file;
  const auto bytes = words.number<std::uint64_t>();
  const auto device = words.number<std::uint64_t>();
  const auto inode = words.number<std::uint64_t>();
  const auto modified = words.number<std::int64_t>();
  file.path = words.line();
  if (!bytes || !device || !inode || !modified || !stays_inside(file.path)) {
    return std::nullopt;
  }
  file.bytes = *bytes;
  file.print = {*device, *inode, *modified};
  const std::uint64_t pieces = *bytes / piece_bytes + (*bytes % piece_bytes == 0 ? 0 : 1);
  for (std::uint64_t i = 0; i < pieces; ++i) {
    if (!read_hex(words.line(), file.pieces.emplace_back())) {
      return std::nullopt;
    }
  }
  return file;
}

template <typename T>
bool read_number(Words& words, std::string_view name, T& into) {
  const auto text = words.value(name);
  const auto read = text ? Words(*text).number<T>() : std::optional<T>{};
  into = read.value_or(T{});
  return read.has_value();
}

} // namespace

std::uint64_t Manifest::bytes() const noexcept {
  std::uint64_t sum = 0;
  for (const ManifestFile& file : files) {
    sum += file.bytes;
  }
  return sum;
}

Result<std::string> new_id(Instant when) {
  std::array<std::uint8_t, id_random_bytes> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
    return fail(ErrorCode::unavailable, "the system gives no randomness");
  }
  std::string time = format_instant(when); // 2026-01-31T12:00:00.123456Z
  std::erase_if(time, [](char c) { return c == '-' || c == ':' || c == '.'; });
  return time + '-' + hex_of(random);
}

bool is_id(std::string_view text) noexcept {
  std::array<std::uint8_t, id_random_bytes> random{};
  constexpr std::string_view form = "ddddddddTddddddddddddZ-";
  if (text.size() != id_time_chars + 1 + 2 * id_random_bytes ||
      !read_hex(text.substr(form.size()), random)) {
    return false;
  }
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == 'd' ? !digit : text[i] != form[i]) {
      return false;
    }
  }
  return true;
}

std::string write_manifest(const Manifest& manifest) {
  const auto number = [](const auto value) { return std::to_string(value); };
  std::string text = std::string(kind) + std::string(version) + '\n';
  text += "id " + manifest.id + '\n';
  text += "begun " + number(manifest.begun.microseconds) + '\n';
  text += "finished " + number(manifest.finished.microseconds) + '\n';
  text += "directory " + manifest.directory + '\n';
  text += "sequence " + number(manifest.sequence) + '\n';
  text += "records " + number(manifest.records) + '\n';
  text += "stored " + number(manifest.stored_bytes) + '\n';
  text += "files " + number(manifest.files.size()) + '\n';
  for (const ManifestFile& file : manifest.files) {
    text += number(file.bytes) + ' ' + number(file.print.device) + ' ' + number(file.print.inode) +
            ' ' + number(file.print.modified_ns) + ' ' + file.path + '\n';
    for (const PieceName& piece : file.pieces) {
      text += hex_of(piece) + '\n';
    }
  }
  return text + "end\n";
}

Result<Manifest> read_manifest(std::string_view text) {
  if (!text.starts_with(kind)) {
    return corrupt();
  }
  Words words(text.substr(kind.size()));
  if (words.line() != version) {
    return fail(ErrorCode::unsupported, "the backup was made by a newer version of grunndata");
  }
  Manifest manifest;
  manifest.id = words.value("id").value_or("");
  bool good = is_id(manifest.id) && read_number(words, "begun", manifest.begun.microseconds) &&
              read_number(words, "finished", manifest.finished.microseconds);
  manifest.directory = good ? words.value("directory").value_or("") : "";
  std::uint64_t files = 0;
  good = good && read_number(words, "sequence", manifest.sequence) &&
         read_number(words, "records", manifest.records) &&
         read_number(words, "stored", manifest.stored_bytes) && read_number(words, "files", files);
  for (; good && files > 0; --files) {
    auto file = read_file(words);
    good = file.has_value();
    if (good) {
      manifest.files.push_back(std::move(*file));
    }
  }
  return good && words.line() == "end" ? Result<Manifest>(std::move(manifest)) : corrupt();
}

} // namespace grunndata::registry::backup
