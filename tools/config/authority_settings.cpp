// The settings of whose word counts, one for each field of a unit that several sources describe,
// and of looking for where they disagree. They are read out of the loaded table when they are
// needed.
#include "tools/config/authority.h"
#include "tools/config/setting_rows.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace grunndata::tools::config {

namespace {

using registry::virksomhet::Authority;
using registry::virksomhet::joined_field_count;
using registry::virksomhet::joined_fields;
using registry::virksomhet::JoinedFieldFacts;

constexpr std::string_view conflict_seconds = "virksomhet.conflict_seconds";
constexpr std::int64_t seconds_max = 86'400;

std::string key_of(const JoinedFieldFacts& facts) {
  return std::string("virksomhet.authority.").append(facts.setting);
}

struct AuthorityRows {
  std::array<std::string, joined_field_count> keys;
  std::array<Setting, joined_field_count + 1> rows;

  AuthorityRows() {
    for (std::size_t i = 0; i < joined_field_count; ++i) {
      keys[i] = key_of(joined_fields[i]);
      rows[i].key = keys[i];
      rows[i].kind = Kind::sources;
      rows[i].default_text = joined_fields[i].sources;
      rows[i].unit = "sources";
      rows[i].description = "Which sources speak of this field of a unit that several describe; "
                            "the first that says something counts.";
    }
    Setting& seconds = rows.back();
    seconds.key = conflict_seconds;
    seconds.kind = Kind::integer;
    seconds.default_text = "60";
    seconds.unit = "seconds";
    seconds.description = "How often a server looks for sources that disagree about a unit, in "
                          "what has changed; 0: never.";
    seconds.max = seconds_max;
    for (Setting& row : rows) {
      row.assign = [](Config&, const Value&) {};
    }
  }
};

const std::string& value_of(const LoadedConfig& loaded, std::string_view key) {
  return std::ranges::find(loaded.settings, key, &ResolvedSetting::key)->value;
}

} // namespace

std::span<const Setting> authority_settings() noexcept {
  static const AuthorityRows made;
  return made.rows;
}

Authority authority_of(const LoadedConfig& loaded) {
  Authority authority;
  for (const JoinedFieldFacts& facts : joined_fields) { // `parse_value` has read the same text
    static_cast<void>(authority.set(facts.field, value_of(loaded, key_of(facts))));
  }
  return authority;
}

std::chrono::seconds conflict_interval(const LoadedConfig& loaded) {
  const std::string& text = value_of(loaded, conflict_seconds);
  std::int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::chrono::seconds(seconds);
}

} // namespace grunndata::tools::config
