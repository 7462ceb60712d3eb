#include "identifiers/check_json.h"

#include <array>
#include <charconv>
#include <string_view>

namespace grunndata::identifiers {
namespace {

void append_date(std::string& out, const Date& date) {
  std::array<char, date_bytes> text{};
  write_date(date, text.data());
  out.push_back('"');
  out.append(text.data(), text.size());
  out.push_back('"');
}

void append_name(std::string& out, std::string_view name) {
  out.push_back('"');
  out.append(name);
  out.push_back('"');
}

}  // namespace

void append_check_json(std::string& out, std::size_t line, const Check& check) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), line).ptr;
  out.append("{\"line\":");
  out.append(digits.data(), end);
  out.append(check.valid ? ",\"valid\":true,\"kind\":" : ",\"valid\":false,\"kind\":");
  append_name(out, kind_name(check.kind));
  out.append(",\"birthDate\":");
  if (check.birth_date) {
    append_date(out, *check.birth_date);
  } else {
    out.append("null");
  }
  out.append(",\"birthDateDerived\":");
  out.append(check.birth_date_derived ? "true" : "false");
  out.append(",\"synthetic\":");
  if (check.synthetic != Synthetic::none) {
    append_name(out, synthetic_name(check.synthetic));
  } else {
    out.append("null");
  }
  out.append(",\"reason\":");
  if (check.reason != Reason::none) {
    append_name(out, reason_name(check.reason));
  } else {
    out.append("null");
  }
  out.push_back('}');
}

}  // namespace grunndata::identifiers
