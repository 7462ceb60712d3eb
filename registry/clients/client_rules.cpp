#include "registry/clients/client_rules.h"

#include "identifiers/organisation_identifier.h"
#include "registry/clients/plain_text.h"

#include <algorithm>
#include <array>

namespace grunndata::registry {

namespace {

bool is_visible_ascii(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
}

bool is_name_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

bool is_sentence(std::string_view text, std::size_t characters_max) noexcept {
  return !text.empty() && is_plain_text(text) && characters_of(text) <= characters_max &&
         !holds_number_form(text);
}

} // namespace

std::string_view words_of(ClientField field) noexcept {
  constexpr std::array<std::string_view, 12> words{"id",
                                                   "issuer",
                                                   "name",
                                                   "organisation",
                                                   "purpose",
                                                   "parts",
                                                   "legal_basis",
                                                   "expires",
                                                   "requests_per_minute",
                                                   "persons_per_day",
                                                   "numbers_per_day",
                                                   "break_glass_parts"};
  return words[static_cast<std::size_t>(field)];
}

std::optional<ClientFault> fault_of(const Client& client, Instant when) noexcept {
  using enum ClientField;
  if (client.id.empty() || client.id.size() > client_id_bytes_max || !is_visible_ascii(client.id)) {
    return ClientFault{id, "is 1 to 128 visible ASCII characters, as the client's tokens say it"};
  }
  if (client.issuer.size() > client_issuer_bytes_max ||
      !std::ranges::all_of(client.issuer, is_name_character)) {
    return ClientFault{issuer, "is the name of an issuer in the configuration, or empty for any"};
  }
  if (!is_sentence(client.name, client_name_characters_max)) {
    return ClientFault{name,
                       "is 1 to 200 characters on one line, without a number like a person's"};
  }
  if (!identifiers::Organisasjonsnummer::parse(client.organisation).has_value()) {
    return ClientFault{organisation, "is a valid organisasjonsnummer of nine digits"};
  }
  if (!is_sentence(client.purpose, client_purpose_characters_max)) {
    return ClientFault{purpose,
                       "is 1 to 500 characters on one line, without a number like a person's"};
  }
  if (client.parts.none()) {
    return ClientFault{parts, "names at least one information part"};
  }
  if (client.expires && *client.expires <= when) {
    return ClientFault{expires, "lies in the future"};
  }
  if (client.requests_per_minute > requests_per_minute_max) {
    return ClientFault{requests_per_minute, "is at most 10000000"};
  }
  if (client.persons_per_day > persons_per_day_max) {
    return ClientFault{persons_per_day, "is at most 100000000000"};
  }
  if (client.numbers_per_day > numbers_per_day_max) {
    return ClientFault{numbers_per_day, "is at most 65535"};
  }
  return std::nullopt;
}

} // namespace grunndata::registry
