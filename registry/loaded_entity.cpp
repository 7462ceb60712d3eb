#include "registry/loaded_entity.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry {

using store::Family;

Result<void> load_entity(Transaction& transaction, const EntityId& id, Source source,
                         LoadedEntity& loaded) {
  const auto current = transaction.get(Family::current, id.view(), loaded.current_pin);
  const auto past = transaction.get(Family::past, id.view(), loaded.past_pin);
  const auto said = transaction.get(Family::source, key_of(id, source), loaded.source_pin);
  for (const auto* read : {&current, &past, &said}) {
    if (!*read) {
      return tl::unexpected(read->error());
    }
  }
  if (!*current) {
    return fail(ErrorCode::corrupt, "an identifier points at an entity that is not there");
  }
  auto entity = Entity::decode(**current, past->value_or(std::string_view{}));
  if (!entity) {
    return tl::unexpected(entity.error());
  }
  loaded.entity = std::move(*entity);
  if (*said) {
    auto value = read_source(**said);
    if (!value) {
      return fail(ErrorCode::corrupt, "a source value cannot be read");
    }
    loaded.source = std::move(*value);
  }
  loaded.exists = true;
  return {};
}

Result<std::optional<DocumentHeader>> header_of(Transaction& transaction, const EntityId& id) {
  store::Pinned pin;
  const auto value = transaction.get(Family::current, id.view(), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value) {
    return std::nullopt;
  }
  const auto document = DocumentBytes::current(**value);
  if (!document) {
    return tl::unexpected(document.error());
  }
  return document->header();
}

void put_entity(Transaction& transaction, const EntityId& id, Entity& entity, bool is_new) {
  entity.sort_rows();
  std::string past = entity.encode_past();
  transaction.put(Family::current, key_of(id), entity.encode_current());
  if (!past.empty()) {
    transaction.put(Family::past, key_of(id), std::move(past));
  } else if (!is_new) {
    transaction.erase(Family::past, key_of(id));
  }
}

std::array<std::uint8_t, 16> hash_of_record(std::string_view raw) noexcept {
  const XXH128_hash_t hash = XXH3_128bits(raw.data(), raw.size());
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &hash.low64, 8);
  std::memcpy(bytes.data() + 8, &hash.high64, 8);
  return bytes;
}

} // namespace grunndata::registry
