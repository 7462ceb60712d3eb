#include "api/v1/admin/client_json.h"

#include "api/http/problem.h"
#include "api/number_text.h"

namespace grunndata::api::v1 {

std::string_view state_of(const registry::Client& client, registry::Instant when) noexcept {
  if (client.revoked) return "revoked";
  return client.holds_at(when) ? "active" : "expired";
}

void append_parts(std::string& out, const registry::PersonPartSet& parts) {
  out += '[';
  bool first = true;
  for (const registry::PersonPartFacts& facts : registry::person_parts) {
    if (!parts.test(static_cast<std::size_t>(facts.part))) continue;
    out += first ? "\"" : ",\"";
    out += facts.information_part;
    out += '"';
    first = false;
  }
  out += ']';
}

void append_text_member(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += ",\"";
  out += name;
  out += "\":";
  http::append_json_string(out, value);
}

void append_time_member(std::string& out, std::string_view name, registry::Instant when) {
  append_text_member(out, name, registry::format_instant(when));
}

void append_client(std::string& out, const registry::Client& client, registry::Instant when) {
  out += R"({"id":)";
  http::append_json_string(out, client.id);
  append_text_member(out, "issuer", client.issuer);
  append_text_member(out, "name", client.name);
  append_text_member(out, "organisation", client.organisation);
  append_text_member(out, "purpose", client.purpose);
  out += R"(,"parts":)";
  append_parts(out, client.parts);
  out += client.legal_basis ? R"(,"legalBasis":true)" : R"(,"legalBasis":false)";
  if (client.expires) append_time_member(out, "expires", *client.expires);
  if (client.requests_per_minute != 0) {
    out += R"(,"requestsPerMinute":)";
    append_number(out, client.requests_per_minute);
  }
  if (client.persons_per_day != 0) {
    out += R"(,"personsPerDay":)";
    append_number(out, client.persons_per_day);
  }
  if (client.numbers_per_day != 0) {
    out += R"(,"numbersPerDay":)";
    append_number(out, client.numbers_per_day);
  }
  out += R"(,"breakGlassParts":)";
  append_parts(out, client.break_glass_parts);
  append_time_member(out, "registered", client.registered);
  if (client.revoked) append_time_member(out, "revoked", *client.revoked);
  append_text_member(out, "state", state_of(client, when));
  out += '}';
}

std::string json_name_of(registry::ClientField field) {
  std::string name;
  bool raise = false;
  for (const char c : words_of(field)) {
    if (c != '_') name += raise ? static_cast<char>(c - 'a' + 'A') : c;
    raise = c == '_';
  }
  return name;
}

} // namespace grunndata::api::v1
