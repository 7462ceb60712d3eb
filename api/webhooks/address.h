// Where webhooks may be sent: what a URL may look like, and which addresses may be connected to.
#pragma once

#include <string>
#include <string_view>

struct sockaddr;

namespace grunndata::api::webhooks {

/// What the configuration allows beyond https to public addresses.
struct AddressRules {
  bool allow_http = false;
  bool allow_private = false; ///< loopback, link-local and all else that is not public
};

/// What is wrong with a URL, as static text; empty when it may be registered. https (or http where
/// allowed), a host, no user, no fragment. A host that is an address is judged at once; a name when
/// it is connected to, since it may lead elsewhere by then.
[[nodiscard]] std::string_view fault_of_url(const std::string& url, const AddressRules& rules);

/// Scheme, host and port, without path and query: what may be logged of a URL.
[[nodiscard]] std::string origin_of(const std::string& url);

/// Whether an address lies in the public Internet by IANA's registries of special addresses, also
/// when it stands inside an IPv6 address (mapped, compatible, NAT64, 6to4). Teredo, which hides
/// who is meant, and every family but IPv4 and IPv6 are not public.
[[nodiscard]] bool is_public(const sockaddr& address) noexcept;
/// The same of text: "192.0.2.1", "::1". False also for what is no address.
[[nodiscard]] bool is_public(const std::string& address) noexcept;

} // namespace grunndata::api::webhooks
