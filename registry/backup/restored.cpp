#include "registry/backup/restored.h"

#include "registry/feed_mark.h"
#include "registry/keys.h"
#include "registry/registry_impl.h"

#include <algorithm>

namespace grunndata::registry::backup {

namespace {
constexpr std::size_t numbers_bytes = 3 * sizeof(std::uint64_t);
} // namespace

Result<std::optional<Restored>> restored(const store::Store& store) {
  store::Pinned pin;
  const auto found = store.get(store::Family::meta, meta::restored, pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return std::nullopt;
  }
  const std::string_view bytes = pin.view();
  if (bytes.size() <= numbers_bytes) {
    return fail(ErrorCode::corrupt, "what the data directory says of its restore is damaged");
  }
  const auto number = [bytes](std::size_t i) {
    return number_of_key(bytes.substr(i * sizeof(std::uint64_t), sizeof(std::uint64_t)));
  };
  return Restored{{static_cast<std::int64_t>(number(0))},
                  number(1),
                  std::string(bytes.substr(numbers_bytes)),
                  {static_cast<std::int64_t>(number(2))}};
}

Result<Restored> mark_restored(store::Store& store, const std::string& backup, Instant taken,
                               Instant when, std::uint64_t floor) {
  const auto before = restored(store);
  const auto newest = before ? newest_number(store) : tl::unexpected(before.error());
  auto changes = newest ? new_epoch(std::max(floor, *newest)) : tl::unexpected(newest.error());
  if (!changes) {
    return tl::unexpected(changes.error());
  }
  const Restored mark{when, (*before ? (*before)->times : 0) + 1, backup, taken};
  changes->push_back({store::Family::meta, std::string(meta::restored),
                      key_of_number(static_cast<std::uint64_t>(when.microseconds)) +
                          key_of_number(mark.times) +
                          key_of_number(static_cast<std::uint64_t>(taken.microseconds)) + backup});
  const auto done = store.commit(*changes, store::Durability::synced);
  return done ? Result<Restored>(mark) : tl::unexpected(done.error());
}

} // namespace grunndata::registry::backup
