#include "registry/purge/beside.h"

#include "registry/hjelpenummer/blocks.h"
#include "registry/hjelpenummer/help_numbers.h"
#include "registry/hjelpenummer/hiding.h"
#include "registry/idempotency.h"
#include "registry/keys.h"
#include "registry/links/stored.h"
#include "registry/registry_impl.h"
#include "registry/work_queue.h"

#include <algorithm>

namespace grunndata::registry::purge {

namespace {

using store::Family;
using Numbers = std::vector<std::uint64_t>;

/// Numbers behind what is committed that the transaction has given out under `mark`.
Result<Numbers> fresh_numbers(const Transaction& transaction, const store::Store& store,
                              std::string_view mark) {
  store::Pinned committed;
  store::Pinned pin;
  const auto before = store.get(Family::meta, mark, committed, nullptr);
  const auto newest = transaction.get(Family::meta, mark, pin);
  if (!before || !newest) {
    return tl::unexpected(!before ? before.error() : newest.error());
  }
  Numbers fresh;
  const std::uint64_t last = *newest ? number_of_key(**newest) : 0;
  for (std::uint64_t number = *before ? number_of_key(committed.view()) + 1 : 1; number <= last;
       ++number) {
    fresh.push_back(number);
  }
  return fresh;
}

/// Of links with `person` on either side, as committed.
Result<Numbers> links_of(const store::Store& store, const EntityId& person) {
  Numbers numbers;
  const std::string first = links::side_key(person, 0);
  const std::string_view prefix = std::string_view(first).substr(0, first.size() - 8);
  const auto cursor = store.scan(Family::link, nullptr);
  for (cursor->seek(first); cursor->valid() && cursor->key().starts_with(prefix); cursor->next()) {
    numbers.push_back(number_of_key(cursor->key().substr(prefix.size())));
  }
  auto status = cursor->status();
  return status ? Result<Numbers>(std::move(numbers)) : tl::unexpected(status.error());
}

/// Of work about `person`, as committed.
Result<Numbers> work_of(const store::Store& store, const EntityId& person) {
  Numbers numbers;
  const auto cursor = store.scan(Family::work, nullptr);
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    if (cursor->value().find(person.view()) != std::string_view::npos) {
      numbers.push_back(number_of_key(cursor->key()));
    }
  }
  auto status = cursor->status();
  return status ? Result<Numbers>(std::move(numbers)) : tl::unexpected(status.error());
}

Result<void> forget_number(Transaction& transaction, const IdCipher& ids, const EntityId& person) {
  auto number = hjelpenummer::find_number(transaction, person);
  if (!number || !*number) {
    return number ? Result<void>{} : Result<void>(tl::unexpected(number.error()));
  }
  (*number)->reason.clear();
  for (hjelpenummer::FactItem& item : (*number)->items) {
    hjelpenummer::leave_places_out(item.facts, item.reason);
  }
  if (auto forgot = hjelpenummer::forget_reports(transaction, **number); !forgot) {
    return forgot;
  }
  return put_number(transaction, ids, **number, EventType::updated_alternate_identification_number);
}

Result<void> forget_links(Transaction& transaction, const store::Store& store,
                          const EntityId& person) {
  auto numbers = links_of(store, person);
  const auto fresh = fresh_numbers(transaction, store, meta::link_newest);
  if (!numbers || !fresh) {
    return tl::unexpected(!numbers ? numbers.error() : fresh.error());
  }
  std::ranges::copy(*fresh, std::back_inserter(*numbers));
  for (const std::uint64_t number : *numbers) {
    auto link = links::stored_link(transaction, number);
    if (!link && link.error().code == ErrorCode::not_found) {
      continue; // being made: its text is not written yet
    }
    if (!link) {
      return tl::unexpected(link.error());
    }
    if (link->loser != person && link->survivor != person) {
      continue;
    }
    for (Evidence& evidence : link->evidence) {
      evidence.country.clear();
      evidence.value.clear();
    }
    for (LinkStep& step : link->steps) {
      step.reason.clear();
    }
    transaction.put(Family::link, links::link_key(number), links::write_link(*link));
  }
  return {};
}

Result<void> forget_work(Transaction& transaction, const store::Store& store,
                         const EntityId& person) {
  auto numbers = work_of(store, person);
  const auto fresh = fresh_numbers(transaction, store, meta::work_newest);
  if (!numbers || !fresh) {
    return tl::unexpected(!numbers ? numbers.error() : fresh.error());
  }
  std::ranges::copy(*fresh, std::back_inserter(*numbers));
  for (const std::uint64_t number : *numbers) {
    if (auto forgot = forget_notes(transaction, number, person); !forgot) {
      return forgot;
    }
  }
  return {};
}

} // namespace

Result<void> forget_beside(Transaction& transaction, const store::Store& store, const IdCipher& ids,
                           const EntityId& person) {
  if (auto earlier = transaction.await_earlier(); !earlier) {
    return earlier;
  }
  if (auto forgot = forget_number(transaction, ids, person); !forgot) {
    return forgot;
  }
  if (auto forgot = forget_links(transaction, store, person); !forgot) {
    return forgot;
  }
  if (auto forgot = forget_work(transaction, store, person); !forgot) {
    return forgot;
  }
  return forget_answers(transaction, store, person);
}

Result<std::vector<store::KeyRange>> ranges_beside(const store::Store& store,
                                                   const EntityId& person) {
  const auto links = links_of(store, person);
  const auto work = work_of(store, person);
  auto answers = answers_about(store, person);
  store::Pinned pin;
  const auto number =
      store.get(Family::hjelpenummer, hjelpenummer::help_number_key(person), pin, nullptr);
  if (!links || !work || !answers || !number) {
    return tl::unexpected(!links     ? links.error()
                          : !work    ? work.error()
                          : !answers ? answers.error()
                                     : number.error());
  }
  std::vector<store::KeyRange> ranges;
  const auto add = [&ranges](Family family, std::string key) {
    ranges.push_back({family, key, key});
  };
  if (*number) {
    add(Family::hjelpenummer, std::string(pin.view()));
    add(Family::block, std::string(pin.view())); // of reports about it: the same digits
  }
  for (const std::uint64_t link : *links) {
    add(Family::link, links::link_key(link));
  }
  for (const std::uint64_t item : *work) {
    add(Family::work, key_of_number(item));
  }
  for (std::string& answer : *answers) {
    add(Family::idempotency, std::move(answer));
  }
  return ranges;
}

} // namespace grunndata::registry::purge
