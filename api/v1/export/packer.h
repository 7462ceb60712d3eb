// Compressing what is sent piece by piece.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::api::v1 {

enum class Packing : std::uint8_t { none, gzip, zstd };

/// "gzip", "zstd", "none"; as the parameter and Content-Encoding spell them.
[[nodiscard]] std::string_view name_of(Packing packing) noexcept;
[[nodiscard]] std::optional<Packing> packing_of(std::string_view name) noexcept;
/// The best that an Accept-Encoding header (RFC 9110, 12.5.3) takes; `none` for anything else.
[[nodiscard]] Packing accepted_packing(std::string_view header) noexcept;

/// One document, compressed. One thread at a time.
class Packer {
public:
  /// Null without memory.
  [[nodiscard]] static std::unique_ptr<Packer> make(Packing packing);
  virtual ~Packer() = default;
  Packer() = default;
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;
  /// Appends what `bytes` become to `out`. Everything given can be unpacked from all that came out:
  /// nothing is held back. With `is_last` the document is closed. False when the library fails.
  [[nodiscard]] virtual bool pack(std::string_view bytes, bool is_last, std::string& out) = 0;
};

} // namespace grunndata::api::v1
