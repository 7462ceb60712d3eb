// The table of every setting. Parsing, `config show`, the template, the variables of the
// environment and the flags all follow it.
#pragma once

#include "tools/config/config.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace grunndata::tools::config {

enum class Kind : std::uint8_t {
  text,    ///< any string, also a path
  integer, ///< within min..max
  bytes,   ///< an integer, or a string such as "512MiB" (KiB, MiB, GiB); within min..max
  choice,  ///< one of `choices`
  listen,  ///< ADDRESS:PORT, with IPv6 in brackets
  sources, ///< sources of nodes with commas between, the first best (`parse_sources`)
  range,   ///< empty, or two nine-digit prefixes of felles hjelpenumre: FIRST-LAST
};

using Value = std::variant<std::int64_t, std::string>;

struct Setting {
  std::string_view key; ///< section.name, the spelling in the file
  Kind kind{};
  std::string_view default_text;         ///< as it would be written in the environment
  std::string_view unit;                 ///< for people; empty where there is none
  std::string_view description;          ///< one sentence
  void (*assign)(Config&, const Value&); ///< gets a value that `parse_value` let through
  std::string_view flag = {};            ///< long option of the commands that offer it, with dashes
  std::string_view choices = {};         ///< separated by '|'
  std::int64_t min = 0;
  std::int64_t max = INT64_MAX;
};

[[nodiscard]] std::span<const Setting> settings() noexcept;
[[nodiscard]] const Setting* find_setting(std::string_view key) noexcept;

/// GRUNNDATA_SECTION__NAME
[[nodiscard]] std::string variable_name(std::string_view key);

/// A text from the environment or a flag as the setting's value. Error `invalid`: one sentence
/// saying what is expected, without the key.
[[nodiscard]] registry::Result<Value> parse_value(const Setting& setting, std::string_view text);
/// An integer as a TOML file may hold it.
[[nodiscard]] registry::Result<Value> parse_value(const Setting& setting, std::int64_t number);

/// Splits ADDRESS:PORT; nothing if it is not that.
[[nodiscard]] std::optional<std::pair<std::string, std::uint16_t>>
split_listen(std::string_view text);

/// Splits FIRST-LAST, nine digits each and within the space of felles hjelpenumre; nothing if it is
/// not that.
[[nodiscard]] std::optional<std::pair<std::uint32_t, std::uint32_t>>
split_range(std::string_view text);

} // namespace grunndata::tools::config
