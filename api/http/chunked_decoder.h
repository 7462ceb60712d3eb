// Decodes a chunked body (RFC 9112, section 7.1) that arrives in any pieces.
#pragma once

#include "api/http/limits.h"
#include "api/http/problem.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace grunndata::api::http {

/// Strict: CRLF everywhere, sizes of 1 to 16 hexadecimal digits without blanks, extensions and
/// trailers accepted, bounded and thrown away. Not for several threads at once.
class ChunkedDecoder {
public:
  enum class State : std::uint8_t { more, complete, failed };

  /// Begins a body. The limits must outlive the decoding.
  void reset(const Limits& limits, std::size_t body_bytes_max) noexcept;

  /// Takes bytes and appends what they decode to to `body`; gives how many were taken: all of
  /// them, unless the body ended or failed before. Each byte is looked at once.
  [[nodiscard]] std::size_t consume(std::string_view bytes, std::string& body);

  [[nodiscard]] State state() const noexcept { return state_; }
  /// Valid in state `failed`.
  [[nodiscard]] const ProblemKind& failure() const noexcept { return *failure_; }

private:
  enum class Step : std::uint8_t {
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_start,
    trailer_name,
    trailer_value,
    trailer_lf,
    end_lf
  };

  void take(char c);
  void take_size(char c);
  void take_trailer(char c);
  void finish_size();
  void fail(const ProblemKind& kind) noexcept;

  const Limits* limits_{nullptr};
  const ProblemKind* failure_{nullptr};
  std::uint64_t chunk_bytes_{0}; ///< size being read, then what is left of the chunk
  std::size_t body_bytes_left_{0};
  std::size_t extension_bytes_{0};
  std::size_t trailer_bytes_{0};
  std::uint8_t size_digits_{0};
  Step step_{Step::size};
  State state_{State::more};
};

} // namespace grunndata::api::http
