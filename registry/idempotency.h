// A request that is sent again gets its first answer (draft-ietf-httpapi-idempotency-key-header).
#pragma once

#include "registry/error.h"
#include "registry/registry.h"
#include "registry/transaction.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry {

inline constexpr std::chrono::days idempotency_kept{30};
inline constexpr std::size_t idempotency_key_bytes_max = 128;

/// A key is the client's own: others can neither hit it nor read what it led to.
struct IdempotencyKey {
  std::string issuer;
  std::string client_id;
  std::string organisation;
  std::string operation; ///< operationId of the route
  std::string key;       ///< what the client chose: 1 to 128 visible ASCII characters
};

/// The first answer to a key, and the persons it tells of: a purge of one of them erases the body.
struct KeptAnswer {
  std::array<std::uint8_t, 16> request_hash{}; ///< of the request's body, canonical
  Instant when{};
  int status = 0;
  std::string body; ///< empty with status 410: purged
  std::vector<EntityId> persons;
};

/// What `key` led to; nothing when it is new or older than it is kept. Errors: `conflict` (the same
/// key came with another request), `corrupt`, `storage`.
[[nodiscard]] Result<std::optional<KeptAnswer>>
kept_answer(const Transaction& transaction, const IdempotencyKey& key,
            const std::array<std::uint8_t, 16>& request_hash);

/// Keeps it in the commit that does what was asked for.
void keep_answer(Transaction& transaction, const IdempotencyKey& key, const KeptAnswer& answer);

/// Under which keys of family `idempotency` answers that tell of `person` are kept. Errors:
/// `storage`.
[[nodiscard]] Result<std::vector<std::string>> answers_about(const store::Store& store,
                                                             const EntityId& person);

/// The body of every kept answer that tells of `person` becomes empty, its status 410. Part of a
/// purge.
[[nodiscard]] Result<void> forget_answers(Transaction& transaction, const store::Store& store,
                                          const EntityId& person);

/// Removes what is older than it is kept; how many. To be called now and then.
[[nodiscard]] Result<std::size_t> drop_old_answers(Registry& registry, Instant when);

} // namespace grunndata::registry
