#include "registry/backup/newest.h"

#include "registry/audit/tree/file.h"
#include "registry/backup/manifest.h"

#include <algorithm>
#include <set>
#include <system_error>

namespace grunndata::registry::backup {

namespace {

constexpr const char* note_name = "verified";
constexpr std::uint64_t note_bytes_max = std::uint64_t{16} << 20U;

/// Ids of all finished backups.
Result<std::set<std::string>> ids_in(const std::filesystem::path& folder) {
  std::set<std::string> ids;
  std::error_code fault;
  for (auto at = std::filesystem::directory_iterator(folder / "backups", fault);
       !fault && at != std::filesystem::directory_iterator(); at.increment(fault)) {
    std::string name = at->path().filename().string();
    if (is_id(name)) {
      ids.insert(std::move(name));
    }
  }
  if (fault && fault != std::errc::no_such_file_or_directory) {
    return fail(ErrorCode::storage, "cannot list " + folder.string() + ": " + fault.message());
  }
  return ids;
}

/// Those of `ids` that the note names, a line each.
Result<std::set<std::string>> noted_in(const std::filesystem::path& folder,
                                       const std::set<std::string>& ids) {
  const auto note = audit::read_file(folder / note_name, note_bytes_max);
  if (!note && note.error().code == ErrorCode::storage) {
    return tl::unexpected(note.error());
  }
  std::set<std::string> noted;
  std::string_view rest = note ? std::string_view(*note) : std::string_view();
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string id(rest.substr(0, end));
    if (ids.contains(id)) {
      noted.insert(id);
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return noted;
}

} // namespace

std::optional<Instant> time_of(std::string_view text) {
  if (!is_id(text)) {
    return std::nullopt;
  }
  const std::string id(text); // 20260131T120000123456Z-…
  return parse_date_time(id.substr(0, 4) + '-' + id.substr(4, 2) + '-' + id.substr(6, 5) + ':' +
                         id.substr(11, 2) + ':' + id.substr(13, 2) + '.' + id.substr(15, 7));
}

Result<Newest> newest(const std::filesystem::path& folder) {
  const auto ids = ids_in(folder);
  const auto noted = ids ? noted_in(folder, *ids) : tl::unexpected(ids.error());
  if (!noted) {
    return tl::unexpected(noted.error());
  }
  Newest found;
  found.backups = ids->size();
  found.begun = ids->empty() ? std::nullopt : time_of(*ids->rbegin());
  found.verified = noted->empty() ? std::nullopt : time_of(*noted->rbegin());
  return found;
}

Result<void> note_verified(const std::filesystem::path& folder,
                           const std::vector<std::string>& whole,
                           const std::vector<std::string>& damaged) {
  const auto ids = ids_in(folder);
  auto noted = ids ? noted_in(folder, *ids) : tl::unexpected(ids.error());
  if (!noted) {
    return tl::unexpected(noted.error());
  }
  noted->insert(whole.begin(), whole.end());
  for (const std::string& id : damaged) {
    noted->erase(id);
  }
  std::string note;
  for (const std::string& id : *noted) {
    note += id + '\n';
  }
  return audit::replace_file(folder / note_name, note, audit::Durable::yes);
}

} // namespace grunndata::registry::backup
