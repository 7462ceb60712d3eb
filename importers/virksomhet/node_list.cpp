#include "importers/virksomhet/node_list.h"

#include <algorithm>

namespace grunndata::importers::virksomhet {

using registry::virksomhet::NodeItem;
using registry::virksomhet::NodeKey;
using registry::virksomhet::NodeRecord;
using registry::virksomhet::OwnedNodeKey;

namespace {

constexpr std::string_view rows_begin = "{\"rows\":[";

OwnedNodeKey owned(const NodeKey& key) {
  return {key.system, std::string(key.text), std::string(key.assigner)};
}

} // namespace

std::optional<reading::MappingFault> MappedList::add(std::string_view json,
                                                     reading::MappingReport& report) {
  auto mapped = mapper_->map(json, next_, report);
  if (!mapped) return std::move(mapped.error());
  if (*mapped == Mapped::nothing) return std::nullopt;
  const auto [at, is_new] = by_key_.emplace(owned(next_.node_key()), records_.size());
  if (is_new) {
    records_.push_back(std::move(next_));
  } else {
    records_[at->second] = std::move(next_);
    constexpr std::string_view whole = "$";
    report.note(reading::Oddity::duplicate_field, {&whole, 1});
  }
  next_ = {};
  return std::nullopt;
}

std::vector<NodeRecord> MappedList::records() {
  by_key_.clear();
  return std::move(records_);
}

NodeRecord& GroupedNodes::of(const NodeKey& key, std::string_view row) {
  const auto [at, is_new] = records_.try_emplace(owned(key));
  NodeRecord& record = at->second;
  if (is_new) {
    record.describes = false;
    record.key_system = key.system;
    record.key = record.add(key.text);
    if (!key.assigner.empty()) record.key_assigner = record.add(key.assigner);
    record.raw = rows_begin;
  }
  if (record.raw.size() > rows_begin.size()) record.raw.push_back(',');
  record.raw += row;
  return record;
}

std::vector<NodeRecord> GroupedNodes::take() {
  std::vector<NodeRecord> taken;
  taken.reserve(records_.size());
  for (auto& [key, record] : records_) {
    record.raw += "]}";
    std::ranges::stable_sort(record.items, {}, &NodeItem::part);
    taken.push_back(std::move(record));
  }
  records_.clear();
  return taken;
}

} // namespace grunndata::importers::virksomhet
