#include "registry/idempotency.h"

#include "registry/fields.h"
#include "registry/loaded_entity.h"
#include "registry/registry_impl.h"

namespace grunndata::registry {

namespace {

using store::Family;

constexpr std::uint8_t answer_format = 1;
constexpr int status_gone = 410;
constexpr std::size_t hash_bytes = 16;
constexpr char by_person = 'e';
constexpr std::size_t removed_per_commit_max = 10'000;

std::string hash_text(const std::array<std::uint8_t, hash_bytes>& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::string stored_key(const IdempotencyKey& key) {
  FieldWriter fields;
  fields.text(key.issuer).text(key.client_id).text(key.organisation).text(key.operation);
  fields.text(key.key);
  return hash_text(hash_of_record(std::move(fields).take()));
}

std::string person_key(const EntityId& person, std::string_view key) {
  std::string text(1, by_person);
  text += person.view();
  text += key;
  return text;
}

std::string write_answer(const KeptAnswer& answer) {
  FieldWriter out;
  out.number(answer_format);
  for (const std::uint8_t byte : answer.request_hash) {
    out.number(byte);
  }
  out.number(answer.when.microseconds).number(static_cast<std::int32_t>(answer.status));
  out.text(answer.body).number(static_cast<std::uint32_t>(answer.persons.size()));
  for (const EntityId& person : answer.persons) {
    out.entity(person);
  }
  return std::move(out).take();
}

Result<KeptAnswer> read_answer(std::string_view value) {
  KeptAnswer answer;
  FieldReader in(value);
  std::uint8_t format = 0;
  std::int32_t status = 0;
  in.number(format);
  for (std::uint8_t& byte : answer.request_hash) {
    in.number(byte);
  }
  in.time(answer.when);
  in.number(status);
  in.text(answer.body);
  answer.persons.resize(in.count());
  for (EntityId& person : answer.persons) {
    in.entity(person);
  }
  if (!in.whole() || format != answer_format) {
    return fail(ErrorCode::corrupt, "a kept answer cannot be read");
  }
  answer.status = status;
  return answer;
}

bool is_old(const KeptAnswer& answer, Instant when) noexcept {
  constexpr std::int64_t kept =
      std::chrono::duration_cast<std::chrono::microseconds>(idempotency_kept).count();
  return answer.when.microseconds + kept < when.microseconds;
}

void remove(Transaction& transaction, const std::string& key, const KeptAnswer& answer) {
  transaction.erase(Family::idempotency, key);
  for (const EntityId& person : answer.persons) {
    transaction.erase(Family::idempotency, person_key(person, key));
  }
}

} // namespace

Result<std::optional<KeptAnswer>> kept_answer(const Transaction& transaction,
                                              const IdempotencyKey& key,
                                              const std::array<std::uint8_t, 16>& request_hash) {
  store::Pinned pin;
  const auto value = transaction.get(Family::idempotency, stored_key(key), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value) {
    return std::nullopt;
  }
  auto answer = read_answer(**value);
  if (!answer) {
    return tl::unexpected(answer.error());
  }
  if (is_old(*answer, transaction.time())) {
    return std::nullopt;
  }
  if (answer->request_hash != request_hash) {
    return fail(ErrorCode::conflict, "the idempotency key was used for another request");
  }
  return std::optional(std::move(*answer));
}

void keep_answer(Transaction& transaction, const IdempotencyKey& key, const KeptAnswer& answer) {
  const std::string stored = stored_key(key);
  transaction.put(Family::idempotency, stored, write_answer(answer));
  for (const EntityId& person : answer.persons) {
    transaction.put(Family::idempotency, person_key(person, stored), {});
  }
}

Result<std::vector<std::string>> answers_about(const store::Store& store, const EntityId& person) {
  std::vector<std::string> keys;
  const std::string prefix = person_key(person, {});
  const auto cursor = store.scan(Family::idempotency, nullptr);
  for (cursor->seek(prefix); cursor->valid() && cursor->key().starts_with(prefix); cursor->next()) {
    keys.emplace_back(cursor->key().substr(prefix.size()));
  }
  auto status = cursor->status();
  return status ? Result<std::vector<std::string>>(std::move(keys))
                : tl::unexpected(status.error());
}

Result<void> forget_answers(Transaction& transaction, const store::Store& store,
                            const EntityId& person) {
  const auto keys = answers_about(store, person);
  if (!keys) {
    return tl::unexpected(keys.error());
  }
  for (const std::string& key : *keys) {
    store::Pinned pin;
    const auto value = transaction.get(Family::idempotency, key, pin);
    if (!value) {
      return tl::unexpected(value.error());
    }
    if (!*value) {
      continue;
    }
    auto answer = read_answer(**value);
    if (!answer) {
      return tl::unexpected(answer.error());
    }
    answer->body.clear();
    answer->status = status_gone;
    transaction.put(Family::idempotency, key, write_answer(*answer));
  }
  return {};
}

Result<std::size_t> drop_old_answers(Registry& registry, Instant when) {
  std::size_t removed = 0;
  bool more = true;
  std::string from;
  while (more) {
    std::vector<std::pair<std::string, KeptAnswer>> old;
    const auto cursor = registry.store().scan(Family::idempotency, nullptr);
    for (cursor->seek(from); cursor->valid() && old.size() < removed_per_commit_max;
         cursor->next()) {
      from = std::string(cursor->key()) + '\0';
      if (cursor->key().size() != hash_bytes) {
        continue;
      }
      auto answer = read_answer(cursor->value());
      if (!answer) {
        return tl::unexpected(answer.error());
      }
      if (is_old(*answer, when)) {
        old.emplace_back(std::string(cursor->key()), std::move(*answer));
      }
    }
    if (auto status = cursor->status(); !status) {
      return tl::unexpected(status.error());
    }
    more = cursor->valid();
    const auto written = registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
      for (const auto& [key, answer] : old) {
        remove(transaction, key, answer);
      }
      return {};
    });
    if (!written) {
      return tl::unexpected(written.error());
    }
    removed += old.size();
  }
  return removed;
}

} // namespace grunndata::registry
