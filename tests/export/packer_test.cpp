// Compression piece by piece, unpacked with the libraries again.
#include "api/v1/export/packer.h"

#include <doctest/doctest.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <string>

using namespace grunndata::api::v1;

namespace {

/// What can be unpacked of `packed`, whether or not it has come to its end.
std::string unpacked(Packing packing, std::string packed, bool& is_whole) {
  std::string out;
  std::array<char, 1 << 16> room{};
  if (packing == Packing::gzip) {
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
    stream.next_in = reinterpret_cast<unsigned char*>(packed.data());
    stream.avail_in = static_cast<unsigned>(packed.size());
    int result = Z_OK;
    do {
      stream.next_out = reinterpret_cast<unsigned char*>(room.data());
      stream.avail_out = room.size();
      result = inflate(&stream, Z_NO_FLUSH);
      out.append(room.data(), room.size() - stream.avail_out);
    } while (result == Z_OK);
    inflateEnd(&stream);
    is_whole = result == Z_STREAM_END && stream.avail_in == 0;
    return out;
  }
  ZSTD_DCtx* const context = ZSTD_createDCtx();
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  std::size_t left = 1;
  while (in.pos < in.size) {
    ZSTD_outBuffer made{room.data(), room.size(), 0};
    left = ZSTD_decompressStream(context, &made, &in);
    REQUIRE(ZSTD_isError(left) == 0);
    out.append(room.data(), made.pos);
  }
  ZSTD_freeDCtx(context);
  is_whole = left == 0;
  return out;
}

std::string text_of(std::size_t bytes, unsigned seed) {
  std::string text;
  for (unsigned state = seed; text.size() < bytes; state = state * 1664525 + 1013904223) {
    text += "{\"name\":\"" + std::to_string(state >> 20U) + "\"}\n";
  }
  return text;
}

} // namespace

TEST_CASE("what is packed in pieces can be read piece by piece, and is whole only at its end") {
  for (const Packing packing : {Packing::gzip, Packing::zstd}) {
    CAPTURE(name_of(packing));
    const auto packer = Packer::make(packing);
    REQUIRE(packer != nullptr);
    std::string packed;
    std::string text;
    bool is_whole = true;
    for (const std::size_t bytes : {1, 0, 5'000, 400'000, 3}) {
      const std::string piece = text_of(bytes, static_cast<unsigned>(bytes));
      text += piece;
      REQUIRE(packer->pack(piece, false, packed));
      CHECK(unpacked(packing, packed, is_whole) == text);
      CHECK_FALSE(is_whole);
    }
    CHECK(packed.size() < text.size() / 2);
    text += "end";
    REQUIRE(packer->pack("end", true, packed));
    CHECK(unpacked(packing, packed, is_whole) == text);
    CHECK(is_whole);
  }
  std::string plain;
  REQUIRE(Packer::make(Packing::none)->pack("as it is", true, plain));
  CHECK(plain == "as it is");
}

TEST_CASE("Accept-Encoding is read as the standard has it") {
  CHECK(accepted_packing("") == Packing::none);
  CHECK(accepted_packing("br, deflate") == Packing::none);
  CHECK(accepted_packing("gzip") == Packing::gzip);
  CHECK(accepted_packing("deflate , GZIP ;q=0.5") == Packing::gzip);
  CHECK(accepted_packing("gzip, zstd") == Packing::zstd);
  CHECK(accepted_packing("zstd, gzip") == Packing::zstd);
  CHECK(accepted_packing("gzip, zstd;q=0") == Packing::gzip);
  CHECK(accepted_packing("gzip; q=0.000") == Packing::none);
  CHECK(accepted_packing("gzip;q=0.001") == Packing::gzip);
  CHECK(accepted_packing("*") == Packing::none);
  CHECK(packing_of("zstd") == Packing::zstd);
  CHECK_FALSE(packing_of("ZSTD").has_value());
}
