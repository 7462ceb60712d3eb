#include "registry/change_cause.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace grunndata::registry {

namespace {

using enum PersonPart;

/// What a part's rows tell by vanishing.
enum class Past : std::uint8_t {
  kept,   ///< the source keeps old rows: one that vanishes was wrong
  none,   ///< the source keeps none: a row that vanishes has ended, or was replaced
  cannot, ///< it keeps none, and what the part tells does not change in life
};

Past past_of(PersonPart part) noexcept {
  switch (part) {
  case norwegian_identification_number:
  case name:
  case gender:
  case status:
  case residential_address:
  case shared_residence:
  case present_address:
  case postal_address:
  case foreign_postal_address:
  case marital_status:
  case family_relation:
  case parental_responsibility:
  case guardianship_or_future_power_of_attorney:
  case citizenship:
  case immigration_to_norway:
  case emigration_from_norway:
  case identity_verification:
  case residuary_estate_contact_information:
  case sami_parliament_electoral_registry_status: return Past::kept;
  case birth:
  case death:
  case birth_in_norway: return Past::cannot;
  default: return Past::none;
  }
}

std::string_view body_of(const Row& row) noexcept {
  const std::size_t begin = std::min<std::size_t>(row.entry.metadata_bytes, row.text.size());
  const std::string_view body = row.text.substr(begin);
  return body.substr(body.starts_with(',') ? 1 : 0);
}

/// The value of a text member of the row's metadata; empty when it has none.
std::string_view said(const Row& row, std::string_view marker) noexcept {
  const std::string_view metadata = row.text.substr(0, row.entry.metadata_bytes);
  const auto at = metadata.find(marker);
  if (at == std::string_view::npos) {
    return {};
  }
  const auto value = metadata.substr(at + marker.size());
  return value.substr(0, value.find('"'));
}

/// Folkeregisteret's `aarsak` and `kilde` of rows that it wrote for its own sake.
bool is_housekeeping(const Row& row) noexcept {
  constexpr std::array<std::string_view, 5> reasons{"Kommuneregulering", "Patch",
                                                    "Adresseoppdatering", "Historisk",
                                                    "Grunnbefolkning"};
  constexpr std::string_view road_numbers = "DP055_veinummer";
  return std::ranges::find(reasons, said(row, R"("reason":")")) != reasons.end() ||
         said(row, R"("source":")") == road_numbers;
}

/// A newborn's first name takes the place of the provisional one, which the source then annuls.
bool is_first_naming(const Row& row) noexcept {
  return row.entry.part == name && said(row, R"("reason":")") == "Første gangs navnevalg";
}

/// The rows of a part that came and those that went with a commit, but for pairs that say the same.
struct Difference {
  std::vector<const Row*> come;
  std::vector<const Row*> gone;
  bool ends = false;    ///< a row that stays has come to its end, or was replaced
  bool revives = false; ///< a row that had ended or been replaced holds again
};

Difference difference(PersonPart part, const Entity& before, const RowChanges& changes) {
  Difference result;
  const std::uint64_t newest = before.header.sequence_legal;
  for (const Row& row : changes.rows) {
    if (row.entry.part != part) {
      continue;
    }
    if (row.entry.recorded_to == still_recorded) {
      if (row.entry.recorded_from > newest) {
        result.come.push_back(&row);
      }
    } else if (row.entry.recorded_to > newest) {
      result.gone.push_back(&row);
    }
  }
  std::erase_if(result.gone, [&result](const Row* old) {
    const auto same = std::ranges::find_if(result.come, [old](const Row* row) {
      return row->entry.valid_from == old->entry.valid_from && body_of(*row) == body_of(*old);
    });
    if (same == result.come.end()) {
      return false;
    }
    const bool was = is_current(old->entry);
    const bool is = is_current((*same)->entry);
    result.ends = result.ends || (was && !is) || (*same)->entry.valid_to != old->entry.valid_to;
    result.revives = result.revives || (!was && is);
    result.come.erase(same);
    return true;
  });
  return result;
}

std::uint64_t since(const std::vector<const Row*>& wrong) noexcept {
  const auto current =
      std::ranges::find_if(wrong, [](const Row* row) { return is_current(row->entry); });
  return (current != wrong.end() ? *current : wrong.front())->entry.recorded_from;
}

} // namespace

ChangeCause cause_of_change(PersonPart part, const Entity& before, const RowChanges& changes) {
  const Difference rows = difference(part, before, changes);
  const auto all_come = [&rows](auto&& is) {
    return !rows.come.empty() &&
           std::ranges::all_of(rows.come, [&is](const Row* row) { return is(*row); });
  };
  if (all_come(is_housekeeping)) {
    return {EventCause::administrative, 0};
  }
  const Past past = past_of(part);
  const bool was_wrong = past != Past::none && !rows.gone.empty() && !all_come(is_first_naming);
  if (was_wrong) {
    return {rows.come.empty() ? EventCause::annulment : EventCause::correction, since(rows.gone)};
  }
  if (!rows.come.empty() || !rows.gone.empty() || rows.ends) {
    return {EventCause::life_event, 0};
  }
  return {rows.revives ? EventCause::correction : EventCause::administrative, 0};
}

std::uint64_t current_since(PersonPart part, const Entity& entity) noexcept {
  std::uint64_t newest = 0;
  for (const Row& row : entity.rows) {
    if (row.entry.part == part && row.entry.recorded_to == still_recorded &&
        is_current(row.entry)) {
      newest = std::max(newest, row.entry.recorded_from);
    }
  }
  return newest;
}

} // namespace grunndata::registry
