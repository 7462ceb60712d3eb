#include "tools/logging/render.h"

#include "tools/logging/json_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace grunndata::tools::log {

namespace {

constexpr std::size_t masked_digits_min = 11;
constexpr std::size_t masked_digits_max = 12;
constexpr std::size_t grouped_digits = 6; // people write a birth date, a gap, five more digits

bool is_digit(char character) { return character >= '0' && character <= '9'; }

std::size_t digits_at(std::string_view text, std::size_t position) {
  std::size_t count = 0;
  while (position + count < text.size() && is_digit(text[position + count])) ++count;
  return count;
}

// Length of what looks like a person number at `position`, where a run of digits starts; else 0.
std::size_t number_at(std::string_view text, std::size_t position, std::size_t run) {
  if (run >= masked_digits_min && run <= masked_digits_max) return run;
  const std::size_t gap = position + run;
  if (run != grouped_digits || gap >= text.size()) return 0;
  if (text[gap] != ' ' && text[gap] != '-' && text[gap] != '.') return 0;
  const std::size_t rest = digits_at(text, gap + 1);
  const bool fits = run + rest >= masked_digits_min && run + rest <= masked_digits_max;
  return fits ? run + 1 + rest : 0;
}

template <typename T>
void append_number(std::string& out, T number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

struct AppendJson {
  std::string& out;
  void operator()(std::string_view text) const { append_json_string(out, mask_numbers(text)); }
  void operator()(bool truth) const { out += truth ? "true" : "false"; }
  void operator()(std::int64_t number) const { append_number(out, number); }
  void operator()(std::uint64_t number) const { append_number(out, number); }
  void operator()(double number) const {
    if (std::isfinite(number))
      append_number(out, number);
    else
      out += "null";
  }
};

void append_plain(std::string& out, std::string_view text) {
  for (const char character : mask_numbers(text)) {
    const auto byte = static_cast<unsigned char>(character);
    out += byte < 0x20 || byte == 0x7f ? ' ' : character;
  }
}

struct AppendText {
  std::string& out;
  void operator()(std::string_view text) const { append_plain(out, text); }
  void operator()(bool truth) const { out += truth ? "true" : "false"; }
  void operator()(std::int64_t number) const { append_number(out, number); }
  void operator()(std::uint64_t number) const { append_number(out, number); }
  void operator()(double number) const { append_number(out, number); }
};

} // namespace

std::string_view level_name(Level level) noexcept {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warn: return "warn";
    case Level::error: return "error";
    case Level::off: return "off";
  }
  return "info";
}

std::string mask_numbers(std::string_view text) {
  std::string masked(text);
  for (std::size_t position = 0; position < text.size();) {
    const std::size_t run = digits_at(text, position);
    if (run == 0) {
      ++position;
      continue;
    }
    const std::size_t length = number_at(text, position, run);
    masked.replace(position, length, length, '*');
    position += length == 0 ? run : length;
  }
  return masked;
}

std::string render_json(std::string_view timestamp, Level level, std::string_view component,
                        std::string_view message, Fields fields) {
  std::string out = R"({"ts":)";
  append_json_string(out, timestamp);
  out.append(R"(,"level":")").append(level_name(level)).append(R"(","msg":)");
  append_json_string(out, mask_numbers(message));
  out += R"(,"component":)";
  append_json_string(out, component);
  for (const Field& field : fields) {
    out += ',';
    append_json_string(out, field.key);
    out += ':';
    std::visit(AppendJson{out}, field.value);
  }
  out += '}';
  return out;
}

std::string render_text(std::string_view timestamp, Level level, std::string_view component,
                        std::string_view message, Fields fields) {
  // "2026-11-21T14:03:07.123Z": the time of day is enough on a terminal.
  std::string out(timestamp.size() >= 19 ? timestamp.substr(11, 8) : timestamp);
  const std::string_view name = level_name(level);
  out.append(" ").append(name).append(6 - name.size(), ' ');
  append_plain(out, component);
  out += ": ";
  append_plain(out, message);
  for (const Field& field : fields) {
    out.append(" ").append(field.key).append("=");
    std::visit(AppendText{out}, field.value);
  }
  return out;
}

} // namespace grunndata::tools::log
