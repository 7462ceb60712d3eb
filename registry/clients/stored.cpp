#include "registry/clients/stored.h"

#include "registry/document.h"
#include "registry/keys.h"

#include <cstring>
#include <limits>

namespace grunndata::registry {

namespace {

static_assert(person_part_count <= 64, "a set of parts is stored in 64 bits");

void append_text(std::string& out, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out += text;
}

bool take_text(std::string_view& bytes, std::string& text) {
  std::uint32_t size = 0;
  if (bytes.size() < sizeof size) {
    return false;
  }
  std::memcpy(&size, bytes.data(), sizeof size);
  bytes.remove_prefix(sizeof size);
  if (bytes.size() < size) {
    return false;
  }
  text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return true;
}

template <typename Head>
std::string begin_with(const Head& head) {
  return std::string(reinterpret_cast<const char*>(&head), sizeof head);
}

template <typename Head>
bool take_head(std::string_view& bytes, Head& head, std::uint8_t format) {
  if (bytes.size() < sizeof head) {
    return false;
  }
  std::memcpy(static_cast<void*>(&head), bytes.data(), sizeof head);
  bytes.remove_prefix(sizeof head);
  return head.format == format;
}

bool is_part_set(std::uint64_t bits) noexcept { return bits >> person_part_count == 0; }

std::int64_t stored(const std::optional<Instant>& when) noexcept {
  return when ? when->microseconds : no_instant;
}
std::optional<Instant> instant_of(std::int64_t stored_time) noexcept {
  return stored_time == no_instant ? std::nullopt : std::optional(Instant{stored_time});
}

} // namespace

std::string client_key(std::string_view id, std::string_view issuer) {
  std::string key(1, static_cast<char>(issuer.size()));
  key += issuer;
  key += id;
  return key;
}

std::string write_client(const Client& client) {
  ClientHead head;
  head.legal_basis = client.legal_basis ? 1 : 0;
  head.requests_per_minute = client.requests_per_minute;
  head.persons_per_day = client.persons_per_day;
  head.numbers_per_day = static_cast<std::uint16_t>(client.numbers_per_day);
  head.parts = client.parts.to_ullong();
  head.break_glass_parts = client.break_glass_parts.to_ullong();
  head.expires = stored(client.expires);
  head.revoked = stored(client.revoked);
  head.registered = client.registered.microseconds;
  std::string out = begin_with(head);
  append_text(out, client.name);
  append_text(out, client.organisation);
  append_text(out, client.purpose);
  return out;
}

std::optional<Client> read_client(std::string_view key, std::string_view value) {
  Client client;
  ClientHead head;
  const std::size_t issuer_bytes = key.empty() ? 0 : static_cast<std::uint8_t>(key.front());
  if (key.size() < issuer_bytes + 2 || !take_head(value, head, client_format) ||
      !is_part_set(head.parts) || !is_part_set(head.break_glass_parts) || head.legal_basis > 1 ||
      !take_text(value, client.name) || !take_text(value, client.organisation) ||
      !take_text(value, client.purpose) || !value.empty()) {
    return std::nullopt;
  }
  client.issuer = key.substr(1, issuer_bytes);
  client.id = key.substr(1 + issuer_bytes);
  client.parts = PersonPartSet(head.parts);
  client.break_glass_parts = PersonPartSet(head.break_glass_parts);
  client.legal_basis = head.legal_basis != 0;
  client.expires = instant_of(head.expires);
  client.revoked = instant_of(head.revoked);
  client.requests_per_minute = head.requests_per_minute;
  client.persons_per_day = head.persons_per_day;
  client.numbers_per_day = head.numbers_per_day;
  client.registered = Instant{head.registered};
  return client;
}

std::string write_grant(const Grant& grant) {
  GrantHead head;
  head.purpose = static_cast<std::uint8_t>(grant.purpose);
  head.outcome = grant.review ? static_cast<std::uint8_t>(grant.review->outcome) : 0;
  head.entity = grant.entity;
  head.parts = grant.parts.to_ullong();
  head.opened = grant.opened.microseconds;
  head.expires = grant.expires.microseconds;
  head.review_by = grant.review_by.microseconds;
  head.reviewed_at = grant.review ? grant.review->when.microseconds : no_instant;
  std::string out = begin_with(head);
  for (const std::string* text :
       {&grant.client_id, &grant.issuer, &grant.user_key, &grant.user_name, &grant.user_hpr,
        &grant.organisation, &grant.reason}) {
    append_text(out, *text);
  }
  append_text(out, grant.review ? grant.review->by : std::string_view{});
  append_text(out, grant.review ? grant.review->note : std::string_view{});
  return out;
}

std::optional<Grant> read_grant(std::string_view key, std::string_view value) {
  Grant grant;
  GrantHead head;
  GrantReview review;
  if (key.size() != sizeof grant.number || !take_head(value, head, grant_format) ||
      !is_part_set(head.parts) || head.purpose < 1 || head.purpose > 2 || head.outcome > 2) {
    return std::nullopt;
  }
  for (std::string* text :
       {&grant.client_id, &grant.issuer, &grant.user_key, &grant.user_name, &grant.user_hpr,
        &grant.organisation, &grant.reason, &review.by, &review.note}) {
    if (!take_text(value, *text)) {
      return std::nullopt;
    }
  }
  if (!value.empty()) {
    return std::nullopt;
  }
  grant.number = number_of_key(key);
  grant.entity = head.entity;
  grant.parts = PersonPartSet(head.parts);
  grant.purpose = static_cast<EmergencyPurpose>(head.purpose);
  grant.opened = Instant{head.opened};
  grant.expires = Instant{head.expires};
  grant.review_by = Instant{head.review_by};
  if (head.outcome != 0) {
    review.outcome = static_cast<ReviewOutcome>(head.outcome);
    review.when = Instant{head.reviewed_at};
    grant.review = std::move(review);
  }
  return grant;
}

} // namespace grunndata::registry
