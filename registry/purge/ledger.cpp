#include "registry/purge/ledger.h"

#include "registry/keys.h"
#include "registry/registry_impl.h"

#include <algorithm>
#include <cstring>

namespace grunndata::registry::purge {

namespace {

using store::Family;

std::string text_of(const IdentifierHash& hash) { return {hash.data(), hash.size()}; }

} // namespace

std::string pending_key(std::uint64_t number) {
  return std::string(meta::purge_pending_prefix) + key_of_number(number);
}

void put_pending(Transaction& transaction, const Pending& pending) {
  transaction.put(Family::meta, pending_key(pending.number), write_pending(pending));
}

std::string write_pending(const Pending& pending) {
  std::string value(reinterpret_cast<const char*>(&pending.time.microseconds),
                    sizeof pending.time.microseconds);
  value += pending.entity.view();
  for (const std::uint64_t number : pending.quarantine) {
    value += key_of_number(number);
  }
  return value;
}

std::optional<Pending> read_pending(std::string_view key, std::string_view value) {
  Pending pending;
  const std::size_t head = sizeof pending.time.microseconds + pending.entity.bytes.size();
  const std::size_t number_bytes = sizeof(std::uint64_t);
  if (!key.starts_with(meta::purge_pending_prefix) ||
      key.size() != meta::purge_pending_prefix.size() + number_bytes || value.size() < head ||
      (value.size() - head) % number_bytes != 0) {
    return std::nullopt;
  }
  pending.number = number_of_key(key.substr(meta::purge_pending_prefix.size()));
  std::memcpy(&pending.time.microseconds, value.data(), sizeof pending.time.microseconds);
  std::memcpy(pending.entity.bytes.data(), value.data() + sizeof pending.time.microseconds,
              pending.entity.bytes.size());
  for (std::size_t at = head; at < value.size(); at += number_bytes) {
    pending.quarantine.push_back(number_of_key(value.substr(at, number_bytes)));
  }
  return pending;
}

Result<std::vector<Pending>> pending(const store::Store& store) {
  std::vector<Pending> all;
  const auto cursor = store.scan(Family::meta);
  for (cursor->seek(meta::purge_pending_prefix);
       cursor->valid() && cursor->key().starts_with(meta::purge_pending_prefix); cursor->next()) {
    auto one = read_pending(cursor->key(), cursor->value());
    if (!one) {
      return fail(ErrorCode::corrupt, "a purge that waits cannot be read");
    }
    all.push_back(std::move(*one));
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  return all;
}

Result<std::uint64_t> newest_purge(const store::Store& store) {
  store::Pinned pin;
  const auto found = store.get(Family::meta, meta::purge_newest, pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  return *found ? number_of_key(pin.view()) : 0;
}

void Ledger::attach(std::unique_ptr<Register> kept, std::map<std::string, Instant> unresolved) {
  register_ = std::move(kept);
  unresolved_ = std::move(unresolved);
}

Result<void> Ledger::record(Transaction& transaction, const std::vector<Note>& notes) {
  if (notes.empty()) {
    return {};
  }
  store::Pinned pin;
  const auto known = transaction.get(Family::meta, meta::purge_newest, pin);
  if (!known) {
    return tl::unexpected(known.error());
  }
  std::uint64_t number = *known ? number_of_key(**known) : 0;
  number = register_ ? std::max(number, register_->newest()) : number;
  std::vector<RegisterEntry> lines;
  for (const Note& note : notes) {
    ++number;
    if (note.leaves_bytes || !note.quarantine.empty()) {
      put_pending(transaction, {number, transaction.time(), note.entity, note.quarantine});
    }
    if (!register_) {
      continue;
    }
    RegisterEntry line{number, transaction.time(), note.reason, note.entity, note.extracted_at, {}};
    for (const std::string& key : note.identifier_keys) {
      line.identifiers.push_back(register_->hash_of(key));
    }
    lines.push_back(std::move(line));
  }
  transaction.put(Family::meta, std::string(meta::purge_newest), key_of_number(number));
  return lines.empty() ? Result<void>{} : register_->append(lines);
}

std::optional<Instant> Ledger::void_until(const std::vector<std::string>& keys) const {
  std::optional<Instant> until;
  for (const std::string& key : keys) {
    const auto found = unresolved_.find(text_of(register_->hash_of(key)));
    if (found != unresolved_.end() && (!until || *until < found->second)) {
      until = found->second;
    }
  }
  return until;
}

} // namespace grunndata::registry::purge
