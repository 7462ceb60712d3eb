// How RocksDB is set up for our families. Internal to registry/store.
#pragma once

#include "registry/store/store.h"

#include <rocksdb/cache.h>
#include <rocksdb/options.h>
#include <rocksdb/status.h>

#include <memory>

namespace grunndata::registry::store {

/// The error a status stands for. The message names what was being done and RocksDB's reason,
/// unless that reason could quote a key.
[[nodiscard]] Error error_of(const rocksdb::Status& status, std::string_view doing);

[[nodiscard]] std::shared_ptr<rocksdb::Cache> make_block_cache(std::size_t bytes);
[[nodiscard]] rocksdb::DBOptions make_db_options(const EngineOptions& options);
[[nodiscard]] rocksdb::ColumnFamilyOptions
make_family_options(const FamilyFacts& facts, const EngineOptions& options,
                    const std::shared_ptr<rocksdb::Cache>& cache);

/// Whether a walk over the family should leave the block cache to the look-ups.
[[nodiscard]] bool walks_bypass_cache(Family family);

} // namespace grunndata::registry::store
