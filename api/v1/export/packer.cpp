#include "api/v1/export/packer.h"

#include "api/http/message.h"

#include <zlib.h>
#include <zstd.h>

#include <array>

namespace grunndata::api::v1 {

namespace {

constexpr std::array<std::string_view, 3> names{"none", "gzip", "zstd"};
/// Fast ones: an export is made once and read once.
constexpr int gzip_level = 1;
constexpr int zstd_level = 1;
constexpr int gzip_window_bits = 15 + 16; ///< with gzip's head and trailer
constexpr int gzip_memory_level = 8;
constexpr std::size_t room_bytes = std::size_t{64} << 10U;

class Plain : public Packer {
public:
  bool pack(std::string_view bytes, bool, std::string& out) override {
    out += bytes;
    return true;
  }
};

class Gzip : public Packer {
public:
  Gzip()
      : is_made_(deflateInit2(&stream_, gzip_level, Z_DEFLATED, gzip_window_bits,
                              gzip_memory_level, Z_DEFAULT_STRATEGY) == Z_OK) {}
  ~Gzip() override {
    if (is_made_) deflateEnd(&stream_);
  }

  [[nodiscard]] bool is_made() const noexcept { return is_made_; }

  bool pack(std::string_view bytes, bool is_last, std::string& out) override {
    std::array<unsigned char, room_bytes> room{};
    // zlib never writes through next_in
    stream_.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<unsigned>(bytes.size());
    do {
      stream_.next_out = room.data();
      stream_.avail_out = room_bytes;
      const int result = deflate(&stream_, is_last ? Z_FINISH : Z_SYNC_FLUSH);
      if (result == Z_STREAM_ERROR) return false;
      out.append(reinterpret_cast<const char*>(room.data()), room_bytes - stream_.avail_out);
    } while (stream_.avail_out == 0);
    return stream_.avail_in == 0;
  }

private:
  z_stream stream_{};
  bool is_made_;
};

class Zstd : public Packer {
public:
  Zstd() : context_(ZSTD_createCCtx()) {
    if (context_ == nullptr) return;
    ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, zstd_level);
    ZSTD_CCtx_setParameter(context_, ZSTD_c_checksumFlag, 1);
  }
  ~Zstd() override { ZSTD_freeCCtx(context_); }

  [[nodiscard]] bool is_made() const noexcept { return context_ != nullptr; }

  bool pack(std::string_view bytes, bool is_last, std::string& out) override {
    std::array<char, room_bytes> room{};
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    std::size_t left = 0;
    do {
      ZSTD_outBuffer made{room.data(), room.size(), 0};
      left = ZSTD_compressStream2(context_, &made, &in, is_last ? ZSTD_e_end : ZSTD_e_flush);
      if (ZSTD_isError(left) != 0) return false;
      out.append(room.data(), made.pos);
    } while (left != 0);
    return true;
  }

private:
  ZSTD_CCtx* context_;
};

template <typename Made>
std::unique_ptr<Packer> if_made(std::unique_ptr<Made> packer) {
  if (!packer->is_made()) return nullptr;
  return packer;
}

std::string_view trimmed(std::string_view text) noexcept {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Whether the weight behind a coding says "not at all": q=0, q=0.0 …
bool is_refused(std::string_view weight) noexcept {
  weight = trimmed(weight);
  const bool is_weight = weight.size() > 2 && (weight[0] == 'q' || weight[0] == 'Q');
  return is_weight && weight[1] == '=' &&
         weight.find_first_not_of("0.", 2) == std::string_view::npos;
}

} // namespace

std::string_view name_of(Packing packing) noexcept {
  return names[static_cast<std::size_t>(packing)];
}

std::optional<Packing> packing_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Packing>(i);
  }
  return std::nullopt;
}

Packing accepted_packing(std::string_view header) noexcept {
  Packing best = Packing::none;
  while (!header.empty()) {
    const std::size_t comma = std::min(header.find(','), header.size());
    const std::string_view item = header.substr(0, comma);
    header.remove_prefix(std::min(comma + 1, header.size()));
    const std::size_t mark = std::min(item.find(';'), item.size());
    const std::string_view coding = trimmed(item.substr(0, mark));
    if (is_refused(item.substr(std::min(mark + 1, item.size())))) continue;
    for (const Packing known : {Packing::gzip, Packing::zstd}) {
      if (known > best && http::equals_ignoring_case(coding, name_of(known))) best = known;
    }
  }
  return best;
}

std::unique_ptr<Packer> Packer::make(Packing packing) {
  switch (packing) {
    case Packing::gzip: return if_made(std::make_unique<Gzip>());
    case Packing::zstd: return if_made(std::make_unique<Zstd>());
    case Packing::none: break;
  }
  return std::make_unique<Plain>();
}

} // namespace grunndata::api::v1
