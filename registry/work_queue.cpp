#include "registry/work_queue.h"

#include "registry/fields.h"
#include "registry/keys.h"
#include "registry/registry_impl.h"

#include <algorithm>
#include <array>

namespace grunndata::registry {

namespace {

using store::Family;

constexpr std::uint8_t work_format = 1;
constexpr std::array<std::string_view, 6> kind_names{"number-from-elsewhere", "link-proposed",
                                                     "link-conflict",         "newborn-match",
                                                     "block-conflict",        "protection-review"};

std::string write_work(const WorkItem& item) {
  FieldWriter out;
  out.number(work_format).number(item.kind).number(static_cast<std::uint8_t>(item.urgent));
  out.number(item.about).number(item.opened.microseconds);
  out.text(item.organisation).text(item.number_text).text(item.text);
  write(out, item.opened_by);
  out.number(static_cast<std::uint32_t>(item.persons.size()));
  for (const EntityId& person : item.persons) {
    out.entity(person);
  }
  out.number(static_cast<std::uint8_t>(item.decision.has_value()));
  if (item.decision) {
    out.number(static_cast<std::uint8_t>(item.decision->accepted));
    out.number(item.decision->when.microseconds).text(item.decision->note);
    write(out, item.decision->by);
  }
  return std::move(out).take();
}

Result<WorkItem> read_work(std::uint64_t number, std::string_view value) {
  WorkItem item;
  item.number = number;
  FieldReader in(value);
  std::uint8_t format = 0;
  std::uint8_t urgent = 0;
  std::uint8_t decided = 0;
  in.number(format);
  in.number(item.kind);
  in.number(urgent);
  in.number(item.about);
  in.time(item.opened);
  in.text(item.organisation);
  in.text(item.number_text);
  in.text(item.text);
  read(in, item.opened_by);
  item.persons.resize(in.count());
  for (EntityId& person : item.persons) {
    in.entity(person);
  }
  in.number(decided);
  if (decided != 0) {
    WorkDecision decision;
    std::uint8_t accepted = 0;
    in.number(accepted);
    in.time(decision.when);
    in.text(decision.note);
    read(in, decision.by);
    decision.accepted = accepted != 0;
    item.decision = std::move(decision);
  }
  if (!in.whole() || format != work_format || name_of(item.kind).empty()) {
    return fail(ErrorCode::corrupt, "a work item cannot be read");
  }
  item.urgent = urgent != 0;
  return item;
}

Result<std::uint64_t> take_number(Transaction& transaction) {
  store::Pinned pin;
  const auto newest = transaction.get(Family::meta, meta::work_newest, pin);
  if (!newest) {
    return tl::unexpected(newest.error());
  }
  const std::uint64_t number = *newest ? number_of_key(**newest) + 1 : 1;
  transaction.put(Family::meta, std::string(meta::work_newest), key_of_number(number));
  return number;
}

} // namespace

std::string_view name_of(WorkKind kind) noexcept {
  const auto place = static_cast<std::size_t>(kind) - 1;
  return place < kind_names.size() ? kind_names[place] : std::string_view{};
}

std::optional<WorkKind> work_kind_of(std::string_view name) noexcept {
  for (std::size_t place = 0; place < kind_names.size(); ++place) {
    if (kind_names[place] == name) {
      return static_cast<WorkKind>(place + 1);
    }
  }
  return std::nullopt;
}

Result<std::uint64_t> open_work(Transaction& transaction, WorkItem item) {
  const auto number = take_number(transaction);
  if (number) {
    transaction.put(Family::work, key_of_number(*number), write_work(item));
  }
  return number;
}

Result<WorkItem> work_item(const Transaction& transaction, std::uint64_t number) {
  store::Pinned pin;
  const auto value = transaction.get(Family::work, key_of_number(number), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value) {
    return fail(ErrorCode::not_found, "there is no such work item");
  }
  return read_work(number, **value);
}

Result<WorkItem> work_item(const Registry& registry, std::uint64_t number) {
  store::Pinned pin;
  const auto found = registry.impl().store->get(Family::work, key_of_number(number), pin, nullptr);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return fail(ErrorCode::not_found, "there is no such work item");
  }
  return read_work(number, pin.view());
}

Result<void> decide_work(Transaction& transaction, std::uint64_t number, WorkDecision decision) {
  auto item = work_item(transaction, number);
  if (!item) {
    return tl::unexpected(item.error());
  }
  if (item->decision) {
    return fail(ErrorCode::conflict, "decided: the work item is decided already");
  }
  item->decision = std::move(decision);
  transaction.put(Family::work, key_of_number(number), write_work(*item));
  return {};
}

Result<void> forget_notes(Transaction& transaction, std::uint64_t number, const EntityId& person) {
  auto item = work_item(transaction, number);
  if (!item && item.error().code == ErrorCode::not_found) {
    return {}; // being opened: nobody has noted anything
  }
  if (!item) {
    return tl::unexpected(item.error());
  }
  const bool is_about = std::ranges::find(item->persons, person) != item->persons.end();
  if (is_about && item->decision && !item->decision->note.empty()) {
    item->decision->note.clear();
    transaction.put(Family::work, key_of_number(number), write_work(*item));
  }
  return {};
}

Result<std::vector<WorkItem>> work_items(const Registry& registry, const WorkFilter& filter,
                                         std::uint64_t from, std::size_t limit) {
  std::vector<WorkItem> items;
  const auto cursor = registry.impl().store->scan(Family::work, nullptr);
  for (cursor->seek(key_of_number(from)); cursor->valid() && items.size() < limit; cursor->next()) {
    auto item = read_work(number_of_key(cursor->key()), cursor->value());
    if (!item) {
      return tl::unexpected(item.error());
    }
    if ((!filter.undecided_only || !item->decision) &&
        (!filter.kind || *filter.kind == item->kind) &&
        (filter.organisation.empty() || filter.organisation == item->organisation)) {
      items.push_back(std::move(*item));
    }
  }
  if (auto status = cursor->status(); !cursor->valid() && !status) {
    return tl::unexpected(status.error());
  }
  return items;
}

} // namespace grunndata::registry
