#include "registry/clients/break_glass.h"

#include "registry/clients/plain_text.h"
#include "registry/clients/stored.h"
#include "registry/keys.h"
#include "registry/registry_impl.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

namespace grunndata::registry {

namespace {

using store::Family;
using OpenGrant = std::shared_ptr<const Grant>;

/// Entity ids are AES-sized and time-ordered; their last bytes are random.
struct HashOfEntity {
  std::size_t operator()(const EntityId& id) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, id.bytes.data() + id.bytes.size() - sizeof hash, sizeof hash);
    return hash;
  }
};

bool is_of(const Grant& grant, const GrantName& name) noexcept {
  return grant.entity == name.entity && grant.user_key == name.user_key &&
         grant.client_id == name.client_id && grant.issuer == name.issuer;
}

std::string_view fault_of_text(std::string_view text, std::size_t characters_max) noexcept {
  if (!is_plain_text(text)) {
    return "is text on one line, without blanks around it";
  }
  if (characters_of(text) > characters_max) {
    return "is at most 500 characters";
  }
  if (holds_number_form(text)) {
    return "holds no number like a person's";
  }
  return {};
}

Result<std::optional<Grant>> stored_grant(const Transaction& transaction, std::uint64_t number) {
  store::Pinned pin;
  const std::string key = key_of_number(number);
  const auto value = transaction.get(Family::grant, key, pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value) {
    return std::nullopt;
  }
  auto grant = read_grant(key, **value);
  if (!grant) {
    return fail(ErrorCode::corrupt, "an emergency grant cannot be read");
  }
  return grant;
}

Result<std::uint64_t> next_number(const Transaction& transaction) {
  store::Pinned pin;
  const auto newest = transaction.get(Family::meta, meta::grant_newest, pin);
  if (!newest) {
    return tl::unexpected(newest.error());
  }
  if (!*newest) {
    return 1;
  }
  if ((*newest)->size() != sizeof(std::uint64_t)) {
    return fail(ErrorCode::corrupt, "the number of the newest emergency grant is damaged");
  }
  return number_of_key(**newest) + 1;
}

bool belongs(const Grant& grant, GrantQueue queue, Instant when) noexcept {
  switch (queue) {
    case GrantQueue::all: return true;
    case GrantQueue::waiting: return !grant.review;
    case GrantQueue::overdue: return grant.is_overdue(when);
  }
  return false;
}

Instant later(Instant from, std::chrono::seconds by) noexcept {
  return {from.microseconds + std::chrono::microseconds(by).count()};
}

} // namespace

std::string_view fault_of_reason(std::string_view reason) noexcept {
  if (characters_of(reason) < grant_reason_characters_min) {
    return "is at least 10 characters";
  }
  return fault_of_text(reason, grant_reason_characters_max);
}

std::string_view fault_of_note(std::string_view note) noexcept {
  return fault_of_text(note, grant_note_characters_max);
}

struct BreakGlass::Impl {
  Registry& registry;
  BreakGlassOptions options;
  std::mutex changing;             ///< held over a commit
  mutable std::shared_mutex mutex; ///< held for a search or for putting a pointer in
  std::unordered_multimap<EntityId, OpenGrant, HashOfEntity> open;
  std::atomic<std::size_t> open_count{0}; ///< of `open`: nearly always 0

  /// Requires `changing`. Lets go of what has expired, and counts what the user has open.
  std::size_t tidy(const GrantRequest& request, Instant when) {
    const std::unique_lock lock(mutex);
    std::erase_if(open, [&](const auto& entry) { return !entry.second->is_open(when); });
    open_count = open.size();
    return static_cast<std::size_t>(std::ranges::count_if(open, [&](const auto& entry) {
      return entry.second->user_key == request.user_key && entry.second->issuer == request.issuer;
    }));
  }

  void remember(const Grant& grant) {
    auto kept = std::make_shared<const Grant>(grant);
    const std::unique_lock lock(mutex);
    open.emplace(grant.entity, std::move(kept));
    open_count = open.size();
  }

  [[nodiscard]] Result<void> refuse(const GrantRequest& request, Instant when) const {
    if (request.client.break_glass_parts.none()) {
      return fail(ErrorCode::invalid, "the client has no agreement for break-glass");
    }
    if (!request.client.holds_at(when)) {
      return fail(ErrorCode::invalid, "the client's agreement has ended");
    }
    if (request.user_key.empty()) {
      return fail(ErrorCode::invalid, "break-glass needs a user");
    }
    if (request.duration < std::chrono::minutes(1) || request.duration > grant_minutes_max) {
      return fail(ErrorCode::invalid, "minutes is 1 to 60");
    }
    if (const auto fault = fault_of_reason(request.reason); !fault.empty()) {
      return fail(ErrorCode::invalid, "reason " + std::string(fault));
    }
    return {};
  }
};

BreakGlass::BreakGlass(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
BreakGlass::~BreakGlass() = default;

Result<std::unique_ptr<BreakGlass>> BreakGlass::open(Registry& registry,
                                                     BreakGlassOptions options) {
  if (!options.clock) {
    options.clock = now;
  }
  std::unique_ptr<BreakGlass> opened(new BreakGlass(
      std::unique_ptr<Impl>(new Impl{registry, std::move(options), {}, {}, {}, {}})));
  const Instant when = opened->impl_->options.clock();
  // All of them: a clock set back may have left an open one anywhere, and there are few.
  const auto cursor = registry.store().scan(Family::grant);
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    const auto grant = read_grant(cursor->key(), cursor->value());
    if (!grant) {
      return fail(ErrorCode::corrupt, "an emergency grant cannot be read");
    }
    if (grant->is_open(when)) {
      opened->impl_->remember(*grant);
    }
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  return opened;
}

Result<Grant> BreakGlass::grant(GrantRequest request) {
  const std::lock_guard changing(impl_->changing);
  const Instant when = impl_->options.clock();
  if (auto refused = impl_->refuse(request, when); !refused) {
    return tl::unexpected(refused.error());
  }
  if (impl_->tidy(request, when) >= grants_open_per_user_max ||
      impl_->open_count >= grants_open_max) {
    return fail(ErrorCode::conflict, "too many emergency grants are open at once");
  }
  Grant grant;
  grant.client_id = request.client.id;
  grant.issuer = std::move(request.issuer);
  grant.user_key = std::move(request.user_key);
  grant.user_name = std::move(request.user_name);
  grant.user_hpr = std::move(request.user_hpr);
  grant.organisation = std::move(request.organisation);
  grant.entity = request.entity;
  grant.parts = request.client.break_glass_parts;
  grant.purpose = request.purpose;
  grant.reason = std::move(request.reason);
  grant.opened = when;
  grant.expires = later(when, request.duration);
  grant.review_by = later(when, impl_->options.review_within);
  const auto written =
      impl_->registry.impl().queue->run([&grant](Transaction& transaction) -> Result<void> {
        const auto number = next_number(transaction);
        if (!number) {
          return tl::unexpected(number.error());
        }
        grant.number = *number;
        transaction.put(Family::meta, std::string(meta::grant_newest), key_of_number(*number));
        transaction.put(Family::grant, key_of_number(*number), write_grant(grant));
        return {};
      });
  if (!written) {
    return tl::unexpected(written.error());
  }
  impl_->remember(grant);
  return grant;
}

OpenGrant BreakGlass::find(const GrantName& name) const {
  if (impl_->open_count.load(std::memory_order_acquire) == 0) {
    return nullptr;
  }
  const Instant when = impl_->options.clock();
  const std::shared_lock lock(impl_->mutex);
  OpenGrant found;
  const auto [begin, end] = impl_->open.equal_range(name.entity);
  for (auto entry = begin; entry != end; ++entry) {
    const OpenGrant& grant = entry->second;
    if (is_of(*grant, name) && grant->is_open(when) &&
        (!found || found->expires < grant->expires)) {
      found = grant;
    }
  }
  return found;
}

Result<std::vector<Grant>> BreakGlass::list(GrantQueue queue, std::uint64_t from,
                                            std::size_t limit) const {
  const Instant when = impl_->options.clock();
  std::vector<Grant> grants;
  const auto cursor = impl_->registry.store().scan(Family::grant);
  for (cursor->seek(key_of_number(from)); cursor->valid() && grants.size() < limit;
       cursor->next()) {
    auto grant = read_grant(cursor->key(), cursor->value());
    if (!grant) {
      return fail(ErrorCode::corrupt, "an emergency grant cannot be read");
    }
    if (belongs(*grant, queue, when)) {
      grants.push_back(std::move(*grant));
    }
  }
  if (auto status = cursor->status(); !cursor->valid() && !status) {
    return tl::unexpected(status.error());
  }
  return grants;
}

Result<Grant> BreakGlass::get(std::uint64_t number) const {
  const std::string key = key_of_number(number);
  store::Pinned pin;
  const auto found = impl_->registry.store().get(Family::grant, key, pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return fail(ErrorCode::not_found, "no such emergency grant");
  }
  auto grant = read_grant(key, pin.view());
  if (!grant) {
    return fail(ErrorCode::corrupt, "an emergency grant cannot be read");
  }
  return std::move(*grant);
}

Result<Grant> BreakGlass::review(std::uint64_t number, Review review) {
  if (const auto fault = fault_of_note(review.note); !fault.empty()) {
    return fail(ErrorCode::invalid, "note " + std::string(fault));
  }
  if (review.by.empty()) {
    return fail(ErrorCode::invalid, "a review names who made it");
  }
  const Instant when = impl_->options.clock();
  Grant reviewed;
  const auto written =
      impl_->registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
        auto grant = stored_grant(transaction, number);
        if (!grant) {
          return tl::unexpected(grant.error());
        }
        if (!*grant) {
          return fail(ErrorCode::not_found, "no such emergency grant");
        }
        if ((*grant)->review) {
          return fail(ErrorCode::conflict, "the emergency grant is reviewed already");
        }
        if ((*grant)->user_key == review.user_key) {
          return fail(ErrorCode::conflict, "who opened an emergency grant does not review it");
        }
        (*grant)->review = GrantReview{review.outcome, review.by, review.note, when};
        transaction.put(Family::grant, key_of_number(number), write_grant(**grant));
        reviewed = std::move(**grant);
        return {};
      });
  if (!written) {
    return tl::unexpected(written.error());
  }
  return reviewed;
}

} // namespace grunndata::registry
