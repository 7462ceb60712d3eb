#include "api/v1/etag.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>

namespace grunndata::api::v1 {
namespace {

void put_hex(char* out, std::uint64_t value) noexcept {
  constexpr std::string_view digits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) *out++ = digits[(value >> shift) & 0xF];
}

constexpr int status_not_modified = 304;

} // namespace

EntityTag::EntityTag(std::string_view body) noexcept {
  const XXH128_hash_t hash = XXH3_128bits(body.data(), body.size());
  text_.front() = '"';
  put_hex(text_.data() + 1, hash.high64);
  put_hex(text_.data() + 17, hash.low64);
  text_.back() = '"';
}

bool matches_none_match(std::string_view header, std::string_view tag) noexcept {
  if (header == "*") return true;
  while (!header.empty()) {
    if (header.front() != '"') { // also the W/ of a weak tag
      header.remove_prefix(1);
      continue;
    }
    const std::size_t end = header.find('"', 1);
    if (end == std::string_view::npos) return false;
    if (header.substr(0, end + 1) == tag) return true;
    header.remove_prefix(end + 1);
  }
  return false;
}

void tag_answer(const http::Request& request, http::Response& response) {
  const EntityTag tag(response.body);
  response.add_header("ETag", tag.text());
  const auto none_match = request.header("if-none-match");
  if (none_match && matches_none_match(*none_match, tag.text())) {
    response.status = status_not_modified;
    response.body.clear();
  }
}

} // namespace grunndata::api::v1
