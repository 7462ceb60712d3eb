#include "registry/virksomhet/removed_nodes.h"

#include "registry/keys.h"
#include "registry/quarantine.h"

namespace grunndata::registry::virksomhet {

namespace {

using store::Family;

constexpr std::string_view purge_key_prefix = "node/";

} // namespace

std::string purge_key_of_stored(std::string_view key) {
  return std::string(purge_key_prefix).append(key);
}

std::string purge_key_of(const NodeKey& key) { return purge_key_of_stored(key_of(key)); }

Result<void> purge_quarantined(Transaction& transaction, const store::Store& store,
                               NodeWriter::Removed& removed) {
  if (auto earlier = transaction.await_earlier(); !earlier) {
    return earlier;
  }
  const auto cursor = store.scan(Family::quarantine);
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    const std::uint64_t number = number_of_key(cursor->key());
    const auto entry = read_quarantine(number, cursor->value(), true);
    const bool tells = entry && name_of(static_cast<NodeSource>(entry->source)) != "" &&
                       entry->raw.find(removed.number) != std::string::npos;
    if (tells) {
      transaction.erase(Family::meta, quarantine_mark(*entry));
      transaction.erase(Family::quarantine, std::string(cursor->key()));
      removed.note.quarantine.push_back(number);
    }
  }
  return cursor->status();
}

Result<purge::Note> remove_again(Transaction& transaction, const store::Store& store,
                                 const IdCipher& ids, const EntityId& node,
                                 Instant extracted_at) {
  NodeWriter writer(transaction, ids, NodeSource::enhetsregisteret, extracted_at);
  auto removed = writer.remove_again(node);
  if (!removed) {
    return tl::unexpected(removed.error());
  }
  writer.finish();
  if (auto purged = purge_quarantined(transaction, store, *removed); !purged) {
    return tl::unexpected(purged.error());
  }
  return std::move(removed->note);
}

} // namespace grunndata::registry::virksomhet
