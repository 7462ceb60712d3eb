#include "api/webhooks/address.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace grunndata::api::webhooks {

namespace {

struct Range4 {
  std::uint32_t first;
  unsigned bits;
};

constexpr std::uint32_t ip(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24U | b << 16U | c << 8U | d;
}

// IANA IPv4 Special-Purpose Address Registry, multicast and class E.
constexpr std::array<Range4, 18> special4{{
    {ip(0, 0, 0, 0), 8},       // "this network"; 0.0.0.0 is this machine
    {ip(10, 0, 0, 0), 8},      // private
    {ip(100, 64, 0, 0), 10},   // carrier-grade NAT, and metadata of some clouds
    {ip(127, 0, 0, 0), 8},     // loopback
    {ip(168, 63, 129, 16), 32}, // metadata of Azure
    {ip(169, 254, 0, 0), 16},  // link-local, and metadata of most clouds
    {ip(172, 16, 0, 0), 12},   // private
    {ip(192, 0, 0, 0), 24},    // protocol assignments
    {ip(192, 0, 2, 0), 24},    // documentation
    {ip(192, 31, 196, 0), 24}, // AS112
    {ip(192, 52, 193, 0), 24}, // AMT
    {ip(192, 88, 99, 0), 24},  // 6to4 relay anycast
    {ip(192, 168, 0, 0), 16},  // private
    {ip(192, 175, 48, 0), 24}, // AS112
    {ip(198, 18, 0, 0), 15},   // benchmarking
    {ip(198, 51, 100, 0), 24}, // documentation
    {ip(203, 0, 113, 0), 24},  // documentation
    {ip(224, 0, 0, 0), 3},     // multicast, reserved, broadcast
}};

bool is_public4(std::uint32_t address) noexcept {
  return std::ranges::none_of(special4, [address](const Range4& range) {
    const std::uint32_t mask = ~std::uint32_t{0} << (32U - range.bits);
    return (address & mask) == range.first;
  });
}

using Bytes6 = std::array<std::uint8_t, 16>;

std::uint32_t four_at(const Bytes6& address, std::size_t at) noexcept {
  return ip(address[at], address[at + 1], address[at + 2], address[at + 3]);
}

template <typename... Octets>
bool begins(const Bytes6& address, Octets... octets) noexcept {
  std::size_t at = 0;
  return (... && (address[at++] == octets));
}

bool is_public6(const Bytes6& address) noexcept {
  if (begins(address, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) {
    const bool mapped = address[10] == 0xFF && address[11] == 0xFF;
    return mapped && is_public4(four_at(address, 12)); // compatible ones, :: and ::1 are not
  }
  if (begins(address, 0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0)) { // NAT64
    return is_public4(four_at(address, 12));
  }
  if (begins(address, 0x20, 0x02)) { // 6to4
    return is_public4(four_at(address, 2));
  }
  // Only 2000::/3 is given out. In it: protocol assignments with Teredo and ORCHID (2001::/23),
  // documentation (2001:db8::/32, 3fff::/20).
  const bool given_out = (address[0] & 0xE0U) == 0x20U;
  const bool protocols = begins(address, 0x20, 0x01) && (address[2] & 0xFEU) == 0;
  const bool documentation = begins(address, 0x20, 0x01, 0x0D, 0xB8) ||
                             (begins(address, 0x3F, 0xFF) && (address[2] & 0xF0U) == 0);
  return given_out && !protocols && !documentation;
}

struct UrlFree {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlFree>;

/// Empty when it has none.
std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  std::string copy;
  if (curl_url_get(url, part, &text, 0) == CURLUE_OK) copy = text;
  curl_free(text);
  return copy;
}

Url parse(const std::string& text) {
  Url url(curl_url());
  const unsigned flags = CURLU_DISALLOW_USER;
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), flags) != CURLUE_OK) {
    url.reset();
  }
  return url;
}

bool is_visible_ascii(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
}

/// An address as the resolver would take it: also 0x7f.1, 2130706433 and 127.1.
std::optional<bool> judged_at_once(std::string host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  in6_addr six{};
  if (::inet_pton(AF_INET6, host.c_str(), &six) == 1) return is_public(host);
  in_addr four{};
  if (::inet_aton(host.c_str(), &four) == 1) return is_public4(ntohl(four.s_addr));
  return std::nullopt;
}

} // namespace

std::string_view fault_of_url(const std::string& text, const AddressRules& rules) {
  const Url url = is_visible_ascii(text) ? parse(text) : Url();
  // libcurl mends what has a slash too many.
  if (!url || text.find('#') != std::string::npos || text.find(":///") != std::string::npos) {
    return "is an absolute URL without a user and a fragment";
  }
  const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
  const std::string host = part_of(url.get(), CURLUPART_HOST);
  if (scheme.empty() || host.empty()) return "is an absolute URL without a user and a fragment";
  if (scheme != "https" && !(scheme == "http" && rules.allow_http)) {
    return rules.allow_http ? "begins with https:// or http://" : "begins with https://";
  }
  const auto judged = judged_at_once(host);
  const bool local = host == "localhost" || host.ends_with(".localhost");
  if (!rules.allow_private && (local || !judged.value_or(true))) {
    return "leads to a public address";
  }
  return {};
}

std::string origin_of(const std::string& text) {
  const Url url = parse(text);
  if (!url) return {};
  const std::string port = part_of(url.get(), CURLUPART_PORT);
  std::string origin = part_of(url.get(), CURLUPART_SCHEME);
  origin.append("://").append(part_of(url.get(), CURLUPART_HOST));
  return port.empty() ? origin : origin.append(":").append(port);
}

bool is_public(const sockaddr& address) noexcept {
  if (address.sa_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof four);
    return is_public4(ntohl(four.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof six);
    Bytes6 bytes{};
    std::memcpy(bytes.data(), &six.sin6_addr, bytes.size());
    return is_public6(bytes);
  }
  return false;
}

bool is_public(const std::string& address) noexcept {
  in_addr four{};
  if (::inet_pton(AF_INET, address.c_str(), &four) == 1) return is_public4(ntohl(four.s_addr));
  Bytes6 bytes{};
  return ::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1 && is_public6(bytes);
}

} // namespace grunndata::api::webhooks
