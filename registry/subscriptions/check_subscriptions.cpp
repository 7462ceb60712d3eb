#include "registry/subscriptions/check_subscriptions.h"

#include "registry/keys.h"
#include "registry/registry_impl.h"
#include "registry/subscriptions/stored.h"

namespace grunndata::registry {

namespace {

using store::Family;

constexpr std::size_t numbered_bytes = 1 + sizeof(std::uint64_t);

Result<std::uint64_t> members_of(const store::Store& store, const store::Snapshot& snapshot,
                                 std::uint64_t number) {
  const std::string prefix = cohort_key(number);
  std::uint64_t count = 0;
  const auto cursor = store.scan(Family::subscription, &snapshot);
  for (cursor->seek(prefix); cursor->valid() && cursor->key().starts_with(prefix);
       cursor->next()) {
    ++count;
  }
  if (auto status = cursor->status(); !cursor->valid() && !status) {
    return tl::unexpected(status.error());
  }
  return count;
}

} // namespace

Result<void> check_subscription(const Registry& registry, const store::Snapshot& snapshot,
                                std::string_view key, std::string_view value,
                                const std::function<void(std::string what)>& fault) {
  const store::Store& store = *registry.impl().store;
  const char kind = key.empty() ? '\0' : key.front();
  const bool is_member = kind == 'c';
  if (key.size() != numbered_bytes + (is_member ? MemberHash{}.size() : 0)) {
    fault("a key has a wrong size");
    return {};
  }
  const std::uint64_t number = number_of_key(key.substr(1, sizeof number));
  if (kind == 's') {
    if (!read_subscription(key, value)) {
      fault("a subscription cannot be read");
    }
    return {};
  }
  store::Pinned pin;
  const auto owner = store.get(Family::subscription, subscription_key(number), pin, &snapshot);
  if (!owner) {
    return tl::unexpected(owner.error());
  }
  if (!*owner) {
    fault("something is left of a subscription that is no more");
    return {};
  }
  if (kind == 'd' && !read_place(value)) {
    fault("the place of a webhook cannot be read");
  }
  if (kind == 'n') {
    const auto members = members_of(store, snapshot, number);
    if (!members) {
      return tl::unexpected(members.error());
    }
    if (value.size() != sizeof number || number_of_key(value) != *members) {
      fault("a cohort has another number of members than was counted");
    }
  }
  return {};
}

} // namespace grunndata::registry
