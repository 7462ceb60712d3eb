#include "importers/reading/mapping_report.h"

#include <algorithm>
#include <array>

namespace grunndata::importers::reading {

namespace {

constexpr std::size_t name_bytes_max = 64;
constexpr std::size_t digits_max = 4;

/// Property names come from outside: one that could hold a number or free text is not repeated.
bool is_plain_name(std::string_view name) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_allowed = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
  };
  return !name.empty() && name.size() <= name_bytes_max &&
         std::all_of(name.begin(), name.end(), is_allowed) &&
         static_cast<std::size_t>(std::count_if(name.begin(), name.end(), is_digit)) <= digits_max;
}

} // namespace

std::string_view oddity_name(Oddity oddity) noexcept {
  constexpr std::array<std::string_view, oddities_count> names{
      "unknown_field",   "unknown_value",   "wrong_type",     "bad_time", "wrong_shape",
      "duplicate_field", "missing_grading", "bad_identifier", "too_long"};
  return names[static_cast<std::size_t>(oddity)];
}

void MappingReport::note(Oddity oddity, std::span<const std::string_view> path) {
  Key key{oddity, {}};
  for (const std::string_view name : path) {
    if (!key.path.empty()) key.path.push_back('.');
    key.path += is_plain_name(name) ? name : std::string_view("*");
  }
  add(std::move(key), 1);
}

void MappingReport::merge(const MappingReport& other) {
  for (const auto& [key, times] : other.counts_) add(key, times);
}

void MappingReport::add(Key key, std::uint64_t times) {
  if (counts_.size() >= places_max && !counts_.contains(key)) key.path = "…";
  counts_[std::move(key)] += times;
}

std::uint64_t MappingReport::count(Oddity oddity, std::string_view path) const {
  const auto found = counts_.find(Key{oddity, std::string(path)});
  return found == counts_.end() ? 0 : found->second;
}

std::uint64_t MappingReport::count(Oddity oddity) const {
  std::uint64_t sum = 0;
  for (const auto& [key, times] : counts_) {
    if (key.oddity == oddity) sum += times;
  }
  return sum;
}

} // namespace grunndata::importers::reading
