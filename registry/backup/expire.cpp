#include "registry/backup/expire.h"

#include "registry/backup/newest.h"
#include "registry/backup/repository.h"

#include <algorithm>

namespace grunndata::registry::backup {

Result<ExpireReport> expire(const Key& key, const ExpireOptions& options, Instant now) {
  auto repository = Repository::open(options.folder, key, Use::write);
  auto all = repository ? repository->list() : tl::unexpected(repository.error());
  if (!all) {
    return tl::unexpected(all.error());
  }
  constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;
  const Instant oldest{now.microseconds - day_us * options.keep_days};
  ExpireReport report;
  std::set<PieceName> used;
  std::set<std::string> keys;
  for (std::size_t i = 0; i < all->size(); ++i) {
    const Listed& one = (*all)[i];
    // All that is known of a backup of another key is the time in its id.
    const bool is_old = time_of(one.id).value_or(now) < oldest;
    if (is_old && all->size() - i > options.keep_min) {
      if (auto removed = repository->remove(one.id); !removed) {
        return tl::unexpected(removed.error());
      }
      report.removed.push_back(one.id);
      continue;
    }
    ++report.kept;
    keys.insert(one.key_id);
    const bool is_of_another_key = one.fault && one.fault->code == ErrorCode::conflict;
    if (one.fault && !is_of_another_key) {
      report.unreadable = one.id;
    }
    for (const ManifestFile& file : one.manifest.files) {
      used.insert(file.pieces.begin(), file.pieces.end());
    }
  }
  if (!report.unreadable.empty()) {
    return report;
  }
  const auto freed =
      repository->sweep([&used](const PieceName& name) { return used.contains(name); }, keys);
  if (!freed) {
    return tl::unexpected(freed.error());
  }
  report.freed_bytes = *freed;
  return report;
}

} // namespace grunndata::registry::backup
