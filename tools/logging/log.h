// The program's log: one line an event, to stderr. JSON off a terminal, short text on one.
//
//   log::info("import", "batch written", {{"records", 1000}, {"dur_ms", 12}});
//
// Safe from any thread. A person number never belongs in a log; as a last net every run of 11 or
// 12 digits in a message or a text field is masked. Integers are not: they are counts and sizes.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>

namespace grunndata::tools::log {

enum class Level : std::uint8_t { debug, info, warn, error, off };
enum class Format : std::uint8_t { automatic, json, text }; ///< automatic: text on a terminal

/// A named value of a line. Text is a view: it has to live until the call returns.
struct Field {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;

  Field(std::string_view name, std::string_view text) : key(name), value(text) {}
  Field(std::string_view name, const char* text) : key(name), value(std::string_view(text)) {}
  Field(std::string_view name, double number) : key(name), value(number) {}
  Field(std::string_view name, bool truth) : key(name), value(truth) {}
  template <std::signed_integral T>
  Field(std::string_view name, T number) : key(name), value(std::int64_t{number}) {}
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) Field(std::string_view name, T number)
      : key(name), value(std::uint64_t{number}) {}
};

using Fields = std::initializer_list<Field>;

/// Call once at start, before other threads log. Without it: level info, format automatic.
void configure(Level level, Format format);

void write(Level level, std::string_view component, std::string_view message, Fields fields = {});

inline void debug(std::string_view component, std::string_view message, Fields fields = {}) {
  write(Level::debug, component, message, fields);
}
inline void info(std::string_view component, std::string_view message, Fields fields = {}) {
  write(Level::info, component, message, fields);
}
inline void warn(std::string_view component, std::string_view message, Fields fields = {}) {
  write(Level::warn, component, message, fields);
}
inline void error(std::string_view component, std::string_view message, Fields fields = {}) {
  write(Level::error, component, message, fields);
}

} // namespace grunndata::tools::log
