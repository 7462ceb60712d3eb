#include "registry/backup/verify.h"

#include "registry/backup/repository.h"

#include <algorithm>
#include <map>

namespace grunndata::registry::backup {

namespace {

bool is_of_another_key(const Listed& one) {
  return one.fault && one.fault->code == ErrorCode::conflict;
}

class Verification {
public:
  Verification(const Repository& repository, const VerifyOptions& options)
      : repository_(repository), options_(options) {}

  Result<VerifyReport> run(const std::vector<Listed>& wanted) {
    for (const Listed& one : wanted) {
      progress_.bytes_total += one.fault ? 0 : one.manifest.bytes();
    }
    for (const Listed& one : wanted) {
      ++report_.backups;
      const std::size_t faults_before = report_.faults.size();
      if (one.fault) {
        report_.faults.push_back("backup " + one.id + ": " + one.fault->message);
      }
      for (const ManifestFile& file : one.manifest.files) {
        if (auto checked = check(one.id, file); !checked) {
          return tl::unexpected(checked.error());
        }
      }
      if (!is_of_another_key(one)) {
        auto& ids = report_.faults.size() == faults_before ? report_.whole : report_.damaged;
        ids.push_back(one.id);
      }
    }
    return std::move(report_);
  }

private:
  Result<void> check(const std::string& id, const ManifestFile& file) {
    std::uint64_t left = file.bytes;
    for (std::size_t i = 0; i < file.pieces.size(); ++i) {
      const auto size = std::min<std::uint64_t>(left, piece_bytes);
      const auto fault = look_at(file.pieces[i], size);
      if (!fault) {
        return tl::unexpected(fault.error());
      }
      if (!fault->empty()) {
        report_.faults.push_back(
            "backup " + id + ": " + file.path + ": piece " + std::to_string(i + 1) + " of " +
            std::to_string(file.pieces.size()) + ", " + hex_of(file.pieces[i]) + ", is " + *fault);
      }
      left -= size;
      progress_.bytes += size;
      if (options_.progress) {
        options_.progress(progress_);
      }
    }
    ++progress_.files;
    return {};
  }

  /// What is wrong with the piece; empty when nothing.
  Result<std::string> look_at(const PieceName& name, std::uint64_t bytes) {
    if (options_.stop && options_.stop()) {
      return fail(ErrorCode::cancelled, "stopped before all was read");
    }
    if (const auto before = seen_.find(name); before != seen_.end()) {
      return before->second;
    }
    const auto read = repository_.get(name);
    if (!read && read.error().code != ErrorCode::corrupt) {
      return tl::unexpected(read.error());
    }
    std::string fault = read ? "" : read.error().message;
    if (read && read->size() != bytes) {
      fault = "of another size";
    }
    ++report_.pieces;
    report_.bytes += bytes;
    return seen_.emplace(name, std::move(fault)).first->second;
  }

  const Repository& repository_;
  const VerifyOptions& options_;
  VerifyReport report_;
  BackupProgress progress_;
  std::map<PieceName, std::string> seen_;
};

} // namespace

Result<VerifyReport> verify(const Key& key, const VerifyOptions& options) {
  const auto repository = Repository::open(options.folder, key, Use::read);
  auto all = repository ? repository->list() : tl::unexpected(repository.error());
  if (!all) {
    return tl::unexpected(all.error());
  }
  if (!options.id.empty()) {
    std::erase_if(*all, [&](const Listed& one) { return one.id != options.id; });
  }
  if (all->empty()) {
    return tl::unexpected(repository->find(options.id).error());
  }
  if (std::ranges::all_of(*all, is_of_another_key)) {
    return tl::unexpected(*all->front().fault);
  }
  return Verification(*repository, options).run(*all);
}

} // namespace grunndata::registry::backup
