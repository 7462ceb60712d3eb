#include "registry/candidates/key_upkeep.h"

#include "registry/candidates/name_key.h"
#include "registry/candidates/search_keys.h"
#include "registry/registry_impl.h"

#include <algorithm>
#include <string>

namespace grunndata::registry::candidates {

namespace {

using store::Family;

constexpr std::size_t batch_entities = 256;
constexpr std::size_t batch_keys = 1'024;

using Read = std::function<Result<std::optional<std::string_view>>(Family, std::string_view,
                                                                   store::Pinned&)>;

/// The keys that the stored rows of `entity` give; none when it is not there.
Result<std::vector<SearchKey>> given_keys(const Read& read, const EntityId& entity) {
  store::Pinned current_pin;
  store::Pinned past_pin;
  const auto current = read(Family::current, entity.view(), current_pin);
  const auto past = read(Family::past, entity.view(), past_pin);
  if (!current || !past) {
    return tl::unexpected(current ? past.error() : current.error());
  }
  if (!*current) {
    return std::vector<SearchKey>{};
  }
  const auto decoded = Entity::decode(**current, past->value_or(std::string_view{}));
  if (!decoded) {
    return tl::unexpected(decoded.error());
  }
  return search_keys(decoded->rows, entity);
}

Read reads_of(const Transaction& transaction) {
  return [&transaction](Family family, std::string_view key, store::Pinned& pin) {
    return transaction.get(family, key, pin);
  };
}

Read reads_of(const store::Store& store, const store::Snapshot* at) {
  return [&store, at](Family family, std::string_view key,
                      store::Pinned& pin) -> Result<std::optional<std::string_view>> {
    const auto found = store.get(family, key, pin, at);
    if (!found) {
      return tl::unexpected(found.error());
    }
    return *found ? std::optional(pin.view()) : std::nullopt;
  };
}

/// The next keys of `family` after `after`, which is moved on.
Result<std::vector<std::string>> next_keys(const store::Store& store, Family family,
                                           std::size_t count, std::string& after) {
  std::vector<std::string> keys;
  const auto cursor = store.scan(family);
  for (cursor->seek(after); cursor->valid() && keys.size() < count; cursor->next()) {
    keys.emplace_back(cursor->key());
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  if (!keys.empty()) {
    after = keys.back() + '\0';
  }
  return keys;
}

Result<void> put_missing(Transaction& transaction, const std::string& entity_key,
                         std::uint64_t& wrong) {
  EntityId entity;
  if (entity_key.size() != entity.bytes.size()) {
    return fail(ErrorCode::corrupt, "an entity's key has a wrong size");
  }
  std::copy(entity_key.begin(), entity_key.end(), entity.bytes.begin());
  const auto keys = given_keys(reads_of(transaction), entity);
  if (!keys) {
    return tl::unexpected(keys.error());
  }
  for (const SearchKey& key : *keys) {
    store::Pinned pin;
    const auto there = transaction.get(Family::search, view_of(key), pin);
    if (!there) {
      return tl::unexpected(there.error());
    }
    if (!*there) {
      transaction.put(Family::search, std::string(view_of(key)), {});
      ++wrong;
    }
  }
  return {};
}

Result<void> erase_stale(Transaction& transaction, const std::string& key, std::uint64_t& wrong) {
  const auto fields = read_search_key(key);
  if (!fields) {
    return {}; // of newborns
  }
  const auto keys = given_keys(reads_of(transaction), fields->entity);
  if (!keys) {
    return tl::unexpected(keys.error());
  }
  const bool is_given =
      std::ranges::any_of(*keys, [&key](const SearchKey& given) { return view_of(given) == key; });
  if (!is_given) {
    transaction.erase(Family::search, key);
    ++wrong;
  }
  return {};
}

using Mend = Result<void> (*)(Transaction&, const std::string&, std::uint64_t&);

Result<void> walk(Registry& registry, Family family, std::size_t batch, Mend mend,
                  const std::function<bool()>& go_on, std::uint64_t& wrong) {
  std::string after;
  while (true) {
    const auto keys = next_keys(*registry.impl().store, family, batch, after);
    if (!keys) {
      return tl::unexpected(keys.error());
    }
    if (keys->empty()) {
      return {};
    }
    const auto done = registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
      for (const std::string& key : *keys) {
        if (auto mended = mend(transaction, key, wrong); !mended) {
          return mended;
        }
      }
      return {};
    });
    if (!done) {
      return done;
    }
    if (go_on && !go_on()) {
      return fail(ErrorCode::cancelled, "the rebuild was stopped; run it again to finish");
    }
  }
}

} // namespace

Result<bool> are_keys_built(const store::Store& store) {
  store::Pinned pin;
  const auto there = store.get(Family::meta, meta::search_keys, pin);
  if (!there) {
    return tl::unexpected(there.error());
  }
  return *there && pin.view() == std::string_view(&folding_version, 1);
}

Result<std::uint64_t> rebuild_search_keys(Registry& registry, const std::function<bool()>& go_on) {
  std::uint64_t wrong = 0;
  if (auto walked = walk(registry, Family::current, batch_entities, put_missing, go_on, wrong);
      !walked) {
    return tl::unexpected(walked.error());
  }
  if (auto walked = walk(registry, Family::search, batch_keys, erase_stale, go_on, wrong);
      !walked) {
    return tl::unexpected(walked.error());
  }
  const auto marked = registry.impl().queue->run([](Transaction& transaction) -> Result<void> {
    transaction.put(Family::meta, std::string(meta::search_keys), std::string(1, folding_version));
    return {};
  });
  return marked ? Result<std::uint64_t>(wrong) : tl::unexpected(marked.error());
}

Result<bool> has_all_keys(const store::Store& store, const store::Snapshot* at,
                          const EntityId& entity, const std::vector<Row>& rows) {
  for (const SearchKey& key : search_keys(rows, entity)) {
    store::Pinned pin;
    const auto there = store.get(Family::search, view_of(key), pin, at);
    if (!there || !*there) {
      return there;
    }
  }
  return true;
}

Result<std::optional<std::string_view>>
fault_of_key(const store::Store& store, const store::Snapshot* at, std::string_view key) {
  if (!is_key_of_entity(key)) {
    return std::nullopt;
  }
  const auto fields = read_search_key(key);
  if (!fields) {
    return std::optional<std::string_view>("a search key cannot be read");
  }
  const auto keys = given_keys(reads_of(store, at), fields->entity);
  if (!keys) {
    return tl::unexpected(keys.error());
  }
  const bool is_given =
      std::ranges::any_of(*keys, [key](const SearchKey& given) { return view_of(given) == key; });
  return is_given ? std::nullopt
                  : std::optional<std::string_view>("a search key that no row gives");
}

} // namespace grunndata::registry::candidates
