// Opening a data directory: its stamp, what its writer goes on from, its caches.
#include "registry/backup/create.h"
#include "registry/backup/withheld.h"
#include "registry/candidates/name_key.h"
#include "registry/keys.h"
#include "registry/migration.h"
#include "registry/purge/replay.h"
#include "registry/registry.h"
#include "registry/registry_impl.h"
#include "registry/virksomhet/live_relations.h"

#include <algorithm>
#include <cstring>

#include <openssl/rand.h>

namespace grunndata::registry {

using store::Family;
using store::Pinned;

Result<std::optional<std::string>> meta::value(const store::Store& store, std::string_view key) {
  Pinned pin;
  const auto found = store.get(Family::meta, key, pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  return *found ? std::optional<std::string>(std::string(pin.view())) : std::nullopt;
}

Registry::Impl::Impl() = default;
Registry::Impl::~Impl() = default;

namespace {

/// Of the whole cache, 13/16 answer look-ups without the store: 12 for values of persons and nodes,
/// and 1 for where identifiers lead. The rest are blocks of the store.
constexpr std::size_t cache_parts = 16;
constexpr std::size_t lookup_cache_parts = 13;
constexpr std::size_t identifier_cache_bytes_max = std::size_t{256} << 20U;

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    bytes.clear();
  }
  return bytes;
}

/// Writes what a new directory starts with.
Result<void> stamp(store::Store& store, Environment environment) {
  const std::string key = random_bytes(16);
  const std::string epoch = random_bytes(8);
  if (key.empty() || epoch.empty()) {
    return fail(ErrorCode::unavailable, "the system gives no randomness");
  }
  const std::string name = environment == Environment::production ? "production" : "test";
  const std::vector<store::Change> changes{
      {Family::meta, std::string(meta::format), key_of_number(directory_format)},
      {Family::meta, std::string(meta::environment), name},
      {Family::meta, std::string(meta::id_key), key},
      {Family::meta, std::string(meta::epoch), epoch},
      {Family::meta, std::string(meta::search_keys), std::string(1, candidates::folding_version)},
      {Family::meta, std::string(meta::proofs_ahead), key_of_number(0)},
  };
  return store.commit(changes, store::Durability::synced);
}

Result<void> read_stamp(Registry::Impl& impl, std::optional<Environment> wanted) {
  const auto format = meta::value(*impl.store, meta::format);
  const auto environment = meta::value(*impl.store, meta::environment);
  const auto id_key = meta::value(*impl.store, meta::id_key);
  const auto epoch = meta::value(*impl.store, meta::epoch);
  for (const auto* value : {&format, &environment, &id_key, &epoch}) {
    if (!*value) {
      return tl::unexpected(value->error());
    }
    if (!**value) {
      return fail(ErrorCode::corrupt, "the data directory's stamp is incomplete");
    }
  }
  if ((*format)->size() != sizeof(std::uint64_t) || number_of_key(**format) == 0) {
    return fail(ErrorCode::corrupt, "the data directory's format number is damaged");
  }
  if (number_of_key(**format) > directory_format) {
    return fail(ErrorCode::unsupported,
                "the data directory was written by a newer version of grunndata");
  }
  if ((*id_key)->size() != 16 || (*epoch)->size() != 8 ||
      (**environment != "test" && **environment != "production")) {
    return fail(ErrorCode::corrupt, "the data directory's stamp is damaged");
  }
  impl.environment = **environment == "production" ? Environment::production : Environment::test;
  if (wanted && *wanted != impl.environment) {
    return fail(ErrorCode::wrong_environment,
                "the data directory is stamped " + **environment + " and stays so");
  }
  IdCipher::Key key{};
  std::memcpy(key.data(), (*id_key)->data(), key.size());
  impl.ids = IdCipher(key);
  std::memcpy(&impl.epoch, (*epoch)->data(), sizeof impl.epoch);
  return {};
}

Result<WriterState> writer_state(const store::Store& store) {
  WriterState state;
  const auto number = newest_number(store);
  if (!number) {
    return tl::unexpected(number.error());
  }
  state.newest_sequence = *number;
  const auto clock = store.scan(Family::clock);
  clock->seek_last();
  if (clock->valid()) {
    state.newest_time = static_cast<std::int64_t>(number_of_key(clock->key()));
  }
  EntityId newest{};
  for (const Family family : {Family::current, Family::node}) {
    const auto entities = store.scan(family);
    entities->seek_last();
    if (entities->valid()) {
      EntityId last;
      if (entities->key().size() != last.bytes.size()) {
        return fail(ErrorCode::corrupt, "an entity's key has a wrong size");
      }
      std::memcpy(last.bytes.data(), entities->key().data(), last.bytes.size());
      newest = std::max(newest, last);
    }
    if (auto status = entities->status(); !status) {
      return tl::unexpected(status.error());
    }
  }
  state.ids = EntityIdSource(newest);
  if (auto status = clock->status(); !status) {
    return tl::unexpected(status.error());
  }
  return state;
}
} // namespace

Result<std::unique_ptr<Registry>> Registry::open(const OpenOptions& options) {
  if (options.directory.empty()) {
    return open(store::make_memory_store(), options.environment);
  }
  const std::size_t lookup_cache_bytes = options.cache_bytes / cache_parts * lookup_cache_parts;
  store::EngineOptions engine;
  engine.cache_bytes = options.cache_bytes - lookup_cache_bytes;
  engine.write_buffer_bytes = options.write_buffer_bytes;
  engine.create = options.create;
  auto store = store::open_rocksdb(options.directory, engine);
  if (!store) {
    return tl::unexpected(store.error());
  }
  backup::remove_copy(options.directory);
  const purge::RegisterOptions purges{options.purge_register.empty()
                                          ? purge::default_register(options.directory)
                                          : options.purge_register,
                                      options.accept_missing_purge_register};
  const auto mark_file = FeedMark::place(purges.file);
  if (auto raised = FeedMark::open(**store, mark_file); !raised) { // before numbers are read
    return tl::unexpected(raised.error());
  }
  auto opened = open(std::move(*store), options.environment, lookup_cache_bytes);
  if (!opened) {
    return opened;
  }
  if (auto attached = attach_feed_mark((*opened)->impl(), mark_file); !attached) {
    return tl::unexpected(attached.error());
  }
  if (auto attached = purge::attach_register(**opened, purges); !attached) {
    return tl::unexpected(attached.error());
  }
  return opened;
}

Result<std::unique_ptr<Registry>> Registry::open(std::unique_ptr<store::Store> store,
                                                 std::optional<Environment> environment,
                                                 std::size_t lookup_cache_bytes) {
  auto impl = std::make_unique<Impl>();
  impl->store = std::move(store);
  const auto format = meta::value(*impl->store, meta::format);
  if (!format) {
    return tl::unexpected(format.error());
  }
  if (!*format) {
    const auto entities = impl->store->scan(Family::current);
    entities->seek("");
    if (entities->valid()) {
      return fail(ErrorCode::corrupt, "the data directory holds entities but no stamp");
    }
    if (auto stamped = stamp(*impl->store, environment.value_or(Environment::test)); !stamped) {
      return tl::unexpected(stamped.error());
    }
  }
  if (auto read = read_stamp(*impl, environment); !read) {
    return tl::unexpected(read.error());
  }
  if (auto migrated = migrate(*impl->store); !migrated) {
    return tl::unexpected(migrated.error());
  }
  const auto withheld = backup::withheld_since(*impl->store);
  if (!withheld) {
    return tl::unexpected(withheld.error());
  }
  impl->places_withheld.store(withheld->has_value(), std::memory_order_release);
  auto state = writer_state(*impl->store);
  if (!state) {
    return tl::unexpected(state.error());
  }
  const std::size_t identifier_bytes =
      std::min(lookup_cache_bytes / lookup_cache_parts, identifier_cache_bytes_max);
  impl->identifiers = IdentifierCache(identifier_bytes);
  impl->values = std::make_unique<ValueCache>(lookup_cache_bytes - identifier_bytes);
  impl->relations = std::make_unique<virksomhet::LiveRelations>(*impl->store);
  impl->queue = std::make_unique<CommitQueue>(*impl->store, std::move(*state), impl->identifiers,
                                              *impl->values, *impl->relations, impl->listeners);
  return std::unique_ptr<Registry>(new Registry(std::move(impl)));
}
} // namespace grunndata::registry
