// Percent-decoding, query strings and application/x-www-form-urlencoded bodies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::api::http {

enum class DecodeError : std::uint8_t {
  bad_percent, ///< '%' without two hexadecimal digits
  nul_byte,    ///< a NUL, written as such or as %00
  not_utf8,    ///< the decoded bytes are not UTF-8
};
/// "bad_percent", "nul_byte", "not_utf8"
[[nodiscard]] std::string_view decode_error_name(DecodeError error) noexcept;

/// Decodes one path segment: '+' stays '+'. Replaces `out`, whose capacity is kept; on an error
/// `out` is empty.
[[nodiscard]] std::optional<DecodeError> percent_decode(std::string_view text, std::string& out);

/// Walks the name=value pairs of a query or a form body in order; repeated names are repeated, a
/// pair without '=' has an empty value, empty pairs ("a=1&&b=2") are skipped. '+' is a blank.
///
///   FormReader reader(request.query);
///   while (reader.next()) { use(reader.name(), reader.value()); }
///   if (reader.error()) { … 400 … }
///
/// `name()` and `value()` are valid until the next call of `next()`.
class FormReader {
public:
  /// `text` must outlive the reader.
  explicit FormReader(std::string_view text) noexcept : rest_(text) {}

  /// False at the end and at the first pair that cannot be decoded.
  [[nodiscard]] bool next();
  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  [[nodiscard]] std::string_view value() const noexcept { return value_; }
  [[nodiscard]] std::optional<DecodeError> error() const noexcept { return error_; }

private:
  std::string_view rest_;
  std::string name_buffer_;
  std::string value_buffer_;
  std::string_view name_;
  std::string_view value_;
  std::optional<DecodeError> error_;
};

} // namespace grunndata::api::http
