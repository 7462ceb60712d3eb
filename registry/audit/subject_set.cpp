#include "registry/audit/subject_set.h"

#include "registry/audit/tree/hash.h"
#include "registry/keys.h"
#include "registry/node_runs.h"
#include "registry/registry.h"
#include "registry/registry_impl.h"

#include <algorithm>
#include <functional>

namespace grunndata::registry::audit {

namespace {

/// Every event of [from, to) that `access` is told of.
Result<void> walk(const Registry& registry, std::uint64_t from, std::uint64_t to, Access access,
                  Told told, const std::function<void(std::uint64_t, const EntityId&)>& use) {
  const auto cursor = registry.impl().store->scan(store::Family::log);
  for (cursor->seek(key_of_number(from)); cursor->valid();) {
    const std::uint64_t sequence = number_of_key(cursor->key());
    if (sequence >= to) {
      return {};
    }
    const auto entry = read_log(cursor->value());
    if (!entry) {
      return fail(ErrorCode::corrupt, "a record of the log cannot be read");
    }
    if (entry->domain == static_cast<std::uint8_t>(EntityKind::virksomhet)) { // nobody
      const auto run = node_run_at(*registry.impl().store, sequence);
      if (!run) {
        return tl::unexpected(run.error());
      }
      if (*run) {
        cursor->seek(key_of_number((*run)->last + 1));
      } else {
        cursor->next();
      }
      continue;
    }
    const bool is_open =
        entry->open_type != hidden_event && (told == Told::ever || !entry->is_withheld());
    if (access == Access::legal_basis || is_open) {
      use(sequence, entry->entity);
    }
    cursor->next();
  }
  return cursor->status();
}

void keep_one_of_each(std::vector<EntityId>& persons) {
  std::ranges::sort(persons);
  persons.erase(std::unique(persons.begin(), persons.end()), persons.end());
}

} // namespace

Result<SubjectSet> subject_set(const Registry& registry, std::uint64_t from, std::uint64_t to,
                               Access access) {
  constexpr std::size_t sort_at_least = std::size_t{1} << 16U;
  if (from > to) {
    return fail(ErrorCode::invalid, "a range of the log ends before it begins");
  }
  std::vector<EntityId> persons;
  std::size_t sort_at = sort_at_least;
  const auto walked =
      walk(registry, from, to, access, Told::ever, [&](std::uint64_t, const EntityId& person) {
        if (!persons.empty() && persons.back() == person) {
          return; // a person's events often come together
        }
        persons.push_back(person);
        if (persons.size() >= sort_at) {
          keep_one_of_each(persons);
          sort_at = std::max(sort_at_least, persons.size() * 2);
        }
      });
  if (!walked) {
    return tl::unexpected(walked.error());
  }
  keep_one_of_each(persons);
  static_assert(sizeof(EntityId) == sizeof(EntityId::bytes));
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(persons.data());
  return SubjectSet{from, to, persons.size(), sha256({bytes, persons.size() * sizeof(EntityId)})};
}

void SubjectDigest::add(const EntityId& person) {
  hash_.add(person.bytes);
  ++persons_;
}

SubjectSet SubjectDigest::set(std::uint64_t from, std::uint64_t to) const {
  return {from, to, persons_, hash_.hash()};
}

Result<bool> holds(const Registry& registry, const SubjectSet& set, Access access) {
  const auto again = subject_set(registry, set.from, set.to, access);
  if (!again) {
    return tl::unexpected(again.error());
  }
  return again->persons == set.persons && again->digest == set.digest;
}

Result<std::vector<std::uint64_t>> sequences_of(const Registry& registry, const EntityId& person,
                                                std::uint64_t from, std::uint64_t to, Access access,
                                                Told told) {
  std::vector<std::uint64_t> sequences;
  const auto walked =
      walk(registry, from, to, access, told, [&](std::uint64_t sequence, const EntityId& of) {
        if (of == person) {
          sequences.push_back(sequence);
        }
      });
  return walked ? Result<std::vector<std::uint64_t>>(std::move(sequences))
                : tl::unexpected(walked.error());
}

bool covers(const SubjectSet& set, std::span<const std::uint64_t> sequences) noexcept {
  const auto first = std::ranges::lower_bound(sequences, set.from);
  return first != sequences.end() && *first < set.to;
}

} // namespace grunndata::registry::audit
