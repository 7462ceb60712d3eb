#include "registry/subscriptions/cohort.h"

#include "registry/document.h"
#include "registry/keys.h"
#include "registry/links/links.h"
#include "registry/reading.h"
#include "registry/registry_impl.h"
#include "registry/subscriptions/stored.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

namespace grunndata::registry {

namespace {

using store::Family;

std::array<unsigned char, 32> keyed(std::string_view key, std::string_view text) {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return digest;
}

std::string_view bytes_of(const std::array<unsigned char, 32>& bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

Result<CohortKey> CohortKey::of(const Registry& registry) {
  const auto id_key = meta::value(*registry.impl().store, meta::id_key);
  if (!id_key || !*id_key) {
    return id_key ? fail(ErrorCode::corrupt, "the data directory's stamp is incomplete")
                  : tl::unexpected(id_key.error());
  }
  CohortKey key;
  key.secret_ = keyed(**id_key, "grunndata cohorts");
  return key;
}

MemberHash CohortKey::hash_of(std::string_view index_key) const {
  const auto digest = keyed(bytes_of(secret_), index_key);
  MemberHash hash{};
  std::copy_n(digest.begin(), hash.size(), hash.begin());
  return hash;
}

Result<bool> CohortReader::holds(const EntityId& person) {
  if (const auto found = known_.find(person); found != known_.end()) {
    return found->second;
  }
  const auto is_member = find(person);
  if (is_member) {
    known_.emplace(person, *is_member);
  }
  return is_member;
}

Result<bool> CohortReader::find(const EntityId& person) {
  Reading reading;
  if (const auto read = registry_.get(person, reading); !read) {
    if (read.error().code == ErrorCode::not_found) {
      return false;
    }
    return tl::unexpected(read.error());
  }
  const auto carried = holds_any_of(reading.current());
  if (!carried || *carried) {
    return carried;
  }
  auto others = linked_now(registry_, reading.entity()); // whose numbers stay their own
  if (!others) {
    return tl::unexpected(others.error());
  }
  if (reading.entity() != person) {
    others->push_back(person);
  }
  store::Pinned own;
  for (const EntityId& other : *others) {
    const auto found = registry_.impl().store->get(Family::current, key_of(other), own, nullptr);
    if (!found) {
      return found;
    }
    const auto held = *found ? holds_any_of(own.view()) : Result<bool>(false);
    if (!held || *held) {
      return held;
    }
  }
  return false;
}

Result<bool> CohortReader::holds_any_of(std::string_view current_value) {
  const auto document = DocumentBytes::current(current_value);
  if (!document) {
    return tl::unexpected(document.error());
  }
  const auto identifiers = document->identifiers();
  if (!identifiers) {
    return tl::unexpected(identifiers.error());
  }
  store::Pinned pin;
  for (const HeldIdentifier& identifier : *identifiers) {
    const MemberHash hash = key_.hash_of(key_of(identifier.key()));
    const auto found = registry_.impl().store->get(Family::subscription,
                                                   cohort_key(subscription_, hash), pin, nullptr);
    if (!found || *found) {
      return found;
    }
  }
  return false;
}

} // namespace grunndata::registry
