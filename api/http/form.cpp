#include "api/http/form.h"

#include "api/http/syntax.h"
#include "api/http/utf8.h"

namespace grunndata::api::http {
namespace {

enum class Plus : bool { stays, is_blank };

std::optional<DecodeError> decode(std::string_view text, Plus plus, std::string& out) {
  out.clear();
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !syntax::is(text[i + 1], syntax::hex_char) ||
          !syntax::is(text[i + 2], syntax::hex_char)) {
        return DecodeError::bad_percent;
      }
      c = static_cast<char>(syntax::hex_value(text[i + 1]) * 16 + syntax::hex_value(text[i + 2]));
      i += 2;
    } else if (c == '+' && plus == Plus::is_blank) {
      c = ' ';
    }
    if (c == '\0') return DecodeError::nul_byte;
    out += c;
  }
  if (!is_utf8(out)) return DecodeError::not_utf8;
  return std::nullopt;
}

} // namespace

std::string_view decode_error_name(DecodeError error) noexcept {
  switch (error) {
    case DecodeError::bad_percent: return "bad_percent";
    case DecodeError::nul_byte: return "nul_byte";
    case DecodeError::not_utf8: return "not_utf8";
  }
  return "";
}

std::optional<DecodeError> percent_decode(std::string_view text, std::string& out) {
  auto error = decode(text, Plus::stays, out);
  if (error) out.clear();
  return error;
}

bool FormReader::next() {
  while (!rest_.empty() && rest_.front() == '&') rest_.remove_prefix(1);
  if (rest_.empty() || error_) return false;
  const std::size_t end = rest_.find('&');
  const std::string_view pair = rest_.substr(0, end);
  rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
  const std::size_t equals = pair.find('=');
  const auto raw_value =
      equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
  error_ = decode(pair.substr(0, equals), Plus::is_blank, name_buffer_);
  if (!error_) error_ = decode(raw_value, Plus::is_blank, value_buffer_);
  name_ = error_ ? std::string_view{} : std::string_view{name_buffer_};
  value_ = error_ ? std::string_view{} : std::string_view{value_buffer_};
  return !error_;
}

} // namespace grunndata::api::http
