#include "registry/kodeverk/kodeverk.h"

#include "registry/kodeverk/stored.h"
#include "registry/registry_impl.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace grunndata::registry {

namespace {

using store::Family;

std::int64_t begin_of(const ListVersion& version) noexcept {
  const auto& from = version.list().valid_from;
  return from ? from->microseconds : std::numeric_limits<std::int64_t>::min();
}

auto order_of(const std::shared_ptr<const ListVersion>& version) noexcept {
  return std::tuple(begin_of(*version), version->place());
}

std::uint64_t newest_place(const CodeLists::Versions& versions) noexcept {
  std::uint64_t newest = 0;
  for (const auto& version : versions) {
    newest = std::max(newest, version->place());
  }
  return newest;
}

bool came_with_the_program(const CodeLists::Versions& versions) noexcept {
  return std::ranges::all_of(versions, [](const auto& version) { return version->shipped(); });
}

/// The version whose time `list` would take; null when there is none.
const ListVersion* incumbent(const CodeLists::Versions& versions, const CodeList& list) noexcept {
  const ListVersion* found = nullptr;
  for (const auto& version : versions) {
    if (version->list().valid_from == list.valid_from) {
      found = version.get();
    }
  }
  return found;
}

} // namespace

std::optional<Instant> end_of(const CodeLists::Versions& versions, std::size_t place) {
  const auto& version = versions[place];
  for (std::size_t next = place + 1; next < versions.size(); ++next) {
    if (begin_of(*versions[next]) > begin_of(*version)) {
      return versions[next]->list().valid_from;
    }
  }
  return std::nullopt;
}

bool is_replaced(const CodeLists::Versions& versions, std::size_t place) {
  return place + 1 < versions.size() &&
         begin_of(*versions[place + 1]) == begin_of(*versions[place]);
}

void CodeLists::add(std::shared_ptr<const ListVersion> version) {
  Versions& versions = lists_[version->list().number];
  const auto behind = std::ranges::upper_bound(versions, order_of(version), {}, order_of);
  versions.insert(behind, std::move(version));
}

const CodeLists::Versions* CodeLists::versions(std::string_view number) const {
  const auto found = lists_.find(number);
  return found == lists_.end() ? nullptr : &found->second;
}

const ListVersion* CodeLists::find(std::string_view number, const ListTime& when) const {
  const Versions* all = versions(number);
  const ListVersion* found = nullptr;
  for (std::size_t place = 0; all != nullptr && place < all->size(); ++place) {
    const ListVersion& version = *(*all)[place];
    const bool held = begin_of(version) <= when.valid.microseconds;
    if (held && (!when.known || version.loaded() <= *when.known)) {
      found = &version;
    }
  }
  return found;
}

CodeAnswer CodeLists::judge(std::string_view number, std::string_view code,
                            const ListTime& when) const {
  CodeAnswer answer{CodeStanding::unknown_list};
  answer.version = find(number, when);
  if (answer.version == nullptr) {
    return answer;
  }
  answer.list_complete = answer.version->list().complete;
  answer.code = answer.version->find(code, when.valid);
  if (answer.code == nullptr) {
    answer.standing = CodeStanding::unknown_code;
    return answer;
  }
  const bool holds = answer.code->active && holds_at(*answer.code, when.valid);
  answer.standing = holds ? CodeStanding::valid : CodeStanding::ended;
  return answer;
}

Result<std::unique_ptr<Kodeverk>> Kodeverk::open(Registry& registry,
                                                 std::function<Instant()> clock) {
  auto kodeverk =
      std::unique_ptr<Kodeverk>(new Kodeverk(registry, clock ? std::move(clock) : now));
  auto lists = std::make_shared<CodeLists>();
  const auto cursor = registry.store().scan(Family::meta);
  for (cursor->seek(list_prefix); cursor->valid() && cursor->key().starts_with(list_prefix);
       cursor->next()) {
    auto version = read_list_version(cursor->key(), cursor->value());
    if (!version) {
      return fail(ErrorCode::corrupt, "a code list cannot be read");
    }
    lists->add(std::make_shared<const ListVersion>(std::move(*version)));
  }
  if (auto status = cursor->status(); !cursor->valid() && !status) {
    return tl::unexpected(status.error());
  }
  kodeverk->lists_ = std::move(lists);
  return kodeverk;
}

std::shared_ptr<const CodeLists> Kodeverk::lists() const {
  const std::shared_lock lock(mutex_);
  return lists_;
}

Result<Kodeverk::Loaded> Kodeverk::load(std::vector<CodeList> lists) {
  return keep(std::move(lists), false);
}

Result<Kodeverk::Loaded> Kodeverk::ship(std::vector<CodeList> lists) {
  return keep(std::move(lists), true);
}

Result<Kodeverk::Loaded> Kodeverk::keep(std::vector<CodeList> lists, bool shipped) {
  const std::lock_guard changing(changing_);
  const Instant when = clock_();
  auto after = std::make_shared<CodeLists>(*this->lists());
  std::vector<std::shared_ptr<const ListVersion>> fresh;
  Loaded loaded;
  for (CodeList& list : lists) {
    if (const auto fault = fault_of(list)) {
      return fail(ErrorCode::invalid,
                  std::string("code list ").append(list.number).append(": ").append(*fault));
    }
    const CodeLists::Versions* before = after->versions(list.number);
    if (before != nullptr && !list.valid_from) {
      list.valid_from = before->back()->list().valid_from;
    }
    const ListVersion* replaced = before == nullptr ? nullptr : incumbent(*before, list);
    const bool is_known = replaced != nullptr && replaced->list() == list;
    if (is_known || (shipped && before != nullptr && !came_with_the_program(*before))) {
      ++loaded.unchanged;
      continue;
    }
    const bool is_twice = std::ranges::any_of(
        fresh, [replaced](const auto& version) { return version.get() == replaced; });
    if (is_twice) {
      return fail(ErrorCode::invalid, std::string("code list ")
                                          .append(list.number)
                                          .append(" stands there twice for one time"));
    }
    const std::uint64_t place = before == nullptr ? 1 : newest_place(*before) + 1;
    fresh.push_back(std::make_shared<const ListVersion>(std::move(list), place, when, shipped));
    after->add(fresh.back());
    ++loaded.added;
  }
  if (after->all().size() > lists_max) {
    return fail(ErrorCode::conflict, "more code lists than can be kept");
  }
  if (fresh.empty()) {
    return loaded;
  }
  const auto written = registry_.impl().queue->run([&](Transaction& transaction) -> Result<void> {
    for (const auto& version : fresh) {
      std::string key = list_version_key(version->list().number, version->place());
      store::Pinned pin;
      const auto other = transaction.get(Family::meta, key, pin);
      if (!other) {
        return tl::unexpected(other.error());
      }
      if (*other) { // kept through another object meanwhile
        return fail(ErrorCode::conflict, "code lists were loaded meanwhile; load them again");
      }
      transaction.put(Family::meta, std::move(key), write_list_version(*version));
    }
    return {};
  });
  if (!written) {
    return tl::unexpected(written.error());
  }
  const std::unique_lock lock(mutex_);
  lists_ = std::move(after);
  return loaded;
}

} // namespace grunndata::registry
