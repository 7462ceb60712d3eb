// The bytes of an issuing mark's file, as FORMAT.md lists them.
#pragma once

#include "registry/error.h"
#include "registry/hjelpenummer/issuing_mark.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace grunndata::registry::hjelpenummer {

/// The largest file there can be.
inline constexpr std::size_t mark_file_bytes_max = 88 + 16 * mark_ranges_max + 32;

/// What a mark's file holds.
struct MarkContent {
  InstallationId installation{};
  IssuingKey key;
  MarkState state;
};

/// The whole file. It holds the key: wipe it after use.
[[nodiscard]] std::string write_mark(const MarkContent& content);

/// `path` is for messages only. Errors: `corrupt` (no bytes that write_mark can have written),
/// `unsupported` (whole, but of a newer version).
[[nodiscard]] Result<MarkContent> read_mark(std::string_view bytes,
                                            const std::filesystem::path& path);

/// What holds of every state: ranges valid and apart from each other, none above its size.
[[nodiscard]] bool is_sound(const MarkState& state) noexcept;

} // namespace grunndata::registry::hjelpenummer
