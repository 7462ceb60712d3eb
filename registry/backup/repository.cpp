#include "registry/backup/repository.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace grunndata::registry::backup {

namespace {

using audit::File;
using audit::file_fault;

constexpr const char* mark_name = "grunndata-backups";
constexpr std::string_view mark_text = "grunndata-backups 1\n";
constexpr const char* lock_name = "lock";
constexpr const char* pieces_name = "pieces";
constexpr const char* lists_name = "backups";
constexpr const char* incoming_name = "incoming";
constexpr std::size_t prefix_digits = 2; ///< of a piece's name: its folder
constexpr std::uint64_t sealed_bytes_max = std::uint64_t{4} << 30U;

std::string_view name_text(const PieceName& name) noexcept {
  return {reinterpret_cast<const char*>(name.data()), name.size()};
}

Result<void> make_folder(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return file_fault("make", folder);
  }
  return {};
}

/// Makes the folder's parts where there is none, or says what it is instead.
Result<void> prepare(const std::filesystem::path& folder, Use use) {
  std::error_code fault;
  const auto mark = audit::read_file(folder / mark_name, mark_text.size() + 1);
  if (mark && *mark == mark_text) {
    return {};
  }
  const bool is_there = std::filesystem::is_directory(folder, fault);
  const bool is_empty = is_there && std::filesystem::is_empty(folder, fault);
  // Killed while the folder was being made: its parts are there, and the mark is not.
  const bool is_begun = is_there && !mark &&
                        std::filesystem::exists(folder / incoming_name, fault) &&
                        !std::filesystem::exists(folder / lock_name, fault);
  if (is_there && !is_empty && !is_begun) {
    return fail(ErrorCode::conflict, folder.string() + " is not a folder of backups");
  }
  if (use != Use::write) {
    return fail(ErrorCode::not_found, "there are no backups in " + folder.string());
  }
  std::filesystem::create_directories(folder.parent_path(), fault);
  auto made = make_folder(folder);
  for (const char* part : {incoming_name, pieces_name, lists_name}) {
    made = made ? make_folder(folder / part) : made;
  }
  return made ? audit::replace_file(folder / mark_name, mark_text, audit::Durable::yes) : made;
}

Error key_fault(const Key& key, const std::string& other) {
  return {ErrorCode::conflict,
          "the backup was made with key " + other + ", and backup.key_file holds key " + key.id()};
}

Result<std::vector<std::filesystem::path>> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code fault;
  for (auto at = std::filesystem::directory_iterator(folder, fault);
       !fault && at != std::filesystem::directory_iterator(); at.increment(fault)) {
    files.push_back(at->path());
  }
  if (fault) {
    return fail(ErrorCode::storage, "cannot list " + folder.string() + ": " + fault.message());
  }
  std::ranges::sort(files);
  return files;
}

} // namespace

Result<Repository> Repository::open(const std::filesystem::path& folder, const Key& key, Use use) {
  if (auto prepared = prepare(folder, use); !prepared) {
    return tl::unexpected(prepared.error());
  }
  Repository opened(folder, key);
  if (auto locked = opened.take_lock(use); !locked) {
    return tl::unexpected(locked.error());
  }
  if (use == Use::write) {
    const auto left = files_in(folder / incoming_name);
    if (!left) {
      return tl::unexpected(left.error());
    }
    for (const auto& file : *left) {
      if (::unlink(file.c_str()) != 0) {
        return file_fault("remove", file);
      }
    }
  }
  return opened;
}

Result<void> Repository::take_lock(Use use) {
  if (use == Use::look) {
    return {};
  }
  const auto path = folder_ / lock_name;
  // Whoever only reads may lack the right to write, and then finds the file that a backup made.
  File file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open() && use == Use::read) {
    file = File(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  }
  if (!file.is_open()) {
    return file_fault("open", path);
  }
  if (::flock(file.get(), (use == Use::write ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
    return fail(ErrorCode::unavailable,
                "another backup, expiry, verification or restore is using " + folder_.string());
  }
  lock_ = std::move(file);
  return {};
}

std::filesystem::path Repository::place_of(const PieceName& name) const {
  const std::string text = hex_of(name);
  return folder_ / pieces_name / text.substr(0, prefix_digits) / text;
}

std::filesystem::path Repository::list_of(const std::string& id) const {
  return folder_ / lists_name / id;
}

Result<std::vector<Listed>> Repository::list() const {
  const auto files = files_in(folder_ / lists_name);
  if (!files) {
    return tl::unexpected(files.error());
  }
  std::vector<Listed> all;
  for (const auto& file : *files) {
    if (!is_id(file.filename().string())) {
      continue; // nothing of ours
    }
    Listed& one = all.emplace_back();
    one.id = file.filename().string();
    const auto sealed = audit::read_file(file, sealed_bytes_max);
    if (!sealed && sealed.error().code == ErrorCode::storage) {
      return tl::unexpected(sealed.error());
    }
    one.key_id = sealed ? key_id_of(*sealed) : std::string();
    const auto text =
        sealed ? key_.open(Sealed::manifest, one.id, *sealed) : tl::unexpected(sealed.error());
    auto manifest = text ? read_manifest(*text) : tl::unexpected(text.error());
    if (manifest) {
      one.manifest = std::move(*manifest);
    } else if (manifest.error().code == ErrorCode::conflict) {
      one.fault = key_fault(key_, one.key_id);
    } else if (manifest.error().code == ErrorCode::unsupported) {
      one.fault = manifest.error();
    } else {
      one.fault = Error{ErrorCode::corrupt, "the list of files of the backup is damaged"};
    }
  }
  return all;
}

Result<Manifest> Repository::find(const std::string& id) const {
  auto all = list();
  if (!all) {
    return tl::unexpected(all.error());
  }
  const auto wanted = id.empty() ? std::ranges::find_if(all->rbegin(), all->rend(),
                                                        [](const Listed&) { return true; })
                                 : std::ranges::find(all->rbegin(), all->rend(), id, &Listed::id);
  if (wanted == all->rend()) {
    return fail(ErrorCode::not_found, id.empty()
                                          ? "there are no backups in " + folder_.string()
                                          : "there is no backup " + id + " in " + folder_.string());
  }
  if (wanted->fault) {
    return tl::unexpected(
        Error{wanted->fault->code, "backup " + wanted->id + ": " + wanted->fault->message});
  }
  return std::move(wanted->manifest);
}

bool Repository::has(const PieceName& name, std::size_t bytes) const {
  struct stat facts {};
  return ::stat(place_of(name).c_str(), &facts) == 0 &&
         static_cast<std::uint64_t>(facts.st_size) == bytes + seal_head_bytes + seal_tail_bytes;
}

Result<void> Repository::write(const std::filesystem::path& place, std::string_view bytes) {
  const auto incoming = folder_ / incoming_name / place.filename();
  const File file(
      ::open(incoming.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open()) {
    return file_fault("create", incoming);
  }
  if (auto written = audit::write_at(file, 0, audit::bytes_of(bytes)); !written) {
    const auto reason = file_fault("write", place);
    ::unlink(incoming.c_str());
    return reason;
  }
  if (::fdatasync(file.get()) != 0) {
    return file_fault("sync", incoming);
  }
  if (::rename(incoming.c_str(), place.c_str()) != 0) {
    return file_fault("rename", incoming);
  }
  return {};
}

Result<std::uint64_t> Repository::put(const PieceName& name, std::string_view bytes) {
  const auto sealed = key_.seal(Sealed::piece, name_text(name), bytes);
  if (!sealed) {
    return tl::unexpected(sealed.error());
  }
  const auto place = place_of(name);
  auto done = make_folder(place.parent_path());
  done = done ? write(place, *sealed) : done;
  if (!done) {
    return tl::unexpected(done.error());
  }
  unsynced_.insert(place.parent_path());
  return sealed->size();
}

Result<std::string> Repository::get(const PieceName& name) const {
  const auto sealed =
      audit::read_file(place_of(name), piece_bytes + seal_head_bytes + seal_tail_bytes);
  if (!sealed && sealed.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::corrupt, "missing");
  }
  if (!sealed && sealed.error().code == ErrorCode::storage) {
    return tl::unexpected(sealed.error());
  }
  auto bytes = sealed ? key_.open(Sealed::piece, name_text(name), *sealed)
                      : fail(ErrorCode::corrupt, "damaged");
  if (!bytes) {
    return fail(ErrorCode::corrupt, bytes.error().message);
  }
  return key_.name_of(*bytes) == name ? std::move(bytes) : fail(ErrorCode::corrupt, "damaged");
}

Result<void> Repository::sync_names() {
  for (const auto& folder : unsynced_) {
    if (auto synced = audit::sync_directory(folder); !synced) {
      return synced;
    }
  }
  unsynced_.clear();
  return audit::sync_directory(folder_ / pieces_name);
}

Result<void> Repository::finish(const Manifest& manifest) {
  const auto sealed = key_.seal(Sealed::manifest, manifest.id, write_manifest(manifest));
  auto done = sealed ? write(list_of(manifest.id), *sealed) : tl::unexpected(sealed.error());
  return done ? audit::sync_directory(folder_ / lists_name) : done;
}

Result<void> Repository::remove(const std::string& id) {
  if (::unlink(list_of(id).c_str()) != 0 && errno != ENOENT) {
    return file_fault("remove", list_of(id));
  }
  return audit::sync_directory(folder_ / lists_name);
}

Result<bool> Repository::is_swept(const std::filesystem::path& piece,
                                  const std::function<bool(const PieceName&)>& is_used,
                                  const std::set<std::string>& keys) const {
  PieceName name{};
  if (!read_hex(piece.filename().string(), name) || is_used(name)) {
    return false;
  }
  const auto file = audit::open_to_read(piece);
  if (!file) {
    return tl::unexpected(file.error());
  }
  std::string head(seal_head_bytes, '\0');
  auto* room = reinterpret_cast<std::uint8_t*>(head.data());
  const auto read = audit::read_at(*file, 0, {room, head.size()});
  if (!read && read.error().code == ErrorCode::storage) {
    return tl::unexpected(read.error());
  }
  const std::string sealed_with = read ? key_id_of(head) : key_.id();
  return sealed_with == key_.id() || !keys.contains(sealed_with);
}

Result<std::uint64_t> Repository::sweep(const std::function<bool(const PieceName&)>& is_used,
                                        const std::set<std::string>& keys) {
  std::uint64_t freed = 0;
  const auto folders = files_in(folder_ / pieces_name);
  if (!folders) {
    return tl::unexpected(folders.error());
  }
  for (const auto& folder : *folders) {
    const auto pieces = files_in(folder);
    if (!pieces) {
      return tl::unexpected(pieces.error());
    }
    for (const auto& piece : *pieces) {
      const auto swept = is_swept(piece, is_used, keys);
      if (!swept) {
        return tl::unexpected(swept.error());
      }
      std::error_code ignored;
      const auto bytes = *swept ? std::filesystem::file_size(piece, ignored) : 0;
      if (*swept && ::unlink(piece.c_str()) != 0) {
        return file_fault("remove", piece);
      }
      freed += bytes;
    }
  }
  return freed;
}

} // namespace grunndata::registry::backup
