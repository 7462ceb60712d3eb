#include "api/v1/admin/clients.h"

#include "api/audit_trail.h"
#include "api/http/form.h"
#include "api/path_segment.h"
#include "api/problems.h"
#include "api/v1/admin/client_json.h"
#include "api/v1/admin/json_members.h"
#include "api/v1/admin/list_query.h"
#include "api/v1/admin/problems.h"
#include "api/v1/parameters.h"
#include "registry/clients/clients.h"
#include "registry/clients/stored.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace grunndata::api::v1 {
namespace {

using registry::Client;
using registry::ClientField;

constexpr int status_created = 201;

/// In the order of `ClientField`, then `replace`.
constexpr std::array<MemberRule, 13> registration_rules{{
    {"id", MemberKind::text, true},
    {"issuer", MemberKind::text, false},
    {"name", MemberKind::text, true},
    {"organisation", MemberKind::text, true},
    {"purpose", MemberKind::text, true},
    {"parts", MemberKind::texts, true},
    {"legalBasis", MemberKind::flag, false},
    {"expires", MemberKind::text, false},
    {"requestsPerMinute", MemberKind::number, false},
    {"personsPerDay", MemberKind::number, false},
    {"numbersPerDay", MemberKind::number, false},
    {"breakGlassParts", MemberKind::texts, false},
    {"replace", MemberKind::flag, false},
}};
using Registration = std::array<MemberValue, registration_rules.size()>;

const MemberValue& member(const Registration& values, ClientField field) {
  return values[static_cast<std::size_t>(field)];
}

Refusal set_parts(const MemberValue& value, ClientField field, registry::PersonPartSet& parts,
                  std::string& pointer) {
  for (const std::string& name : value.texts) {
    const auto part = registry::find_information_part(name);
    if (!part) {
      pointer = pointer_to(json_name_of(field));
      return {&api::problem::part_unknown, "A name is unknown", pointer};
    }
    parts.set(static_cast<std::size_t>(*part));
  }
  return {};
}

Refusal set_expiry(const MemberValue& value, Client& client, std::string& pointer) {
  if (!value.given) return {};
  client.expires = registry::parse_instant(value.text);
  if (client.expires) return {};
  pointer = pointer_to(json_name_of(ClientField::expires));
  return {&api::problem::body_invalid, "expires is a date, or a date-time with its offset",
          pointer};
}

Refusal read_client(const Registration& values, Client& client, std::string& pointer) {
  using enum ClientField;
  client.id = member(values, id).text;
  client.issuer = member(values, issuer).text;
  client.name = member(values, name).text;
  client.organisation = member(values, organisation).text;
  client.purpose = member(values, purpose).text;
  client.legal_basis = member(values, legal_basis).flag;
  client.persons_per_day = member(values, persons_per_day).number;
  client.numbers_per_day = static_cast<std::uint32_t>(std::min<std::uint64_t>(
      member(values, numbers_per_day).number, registry::numbers_per_day_max + std::uint64_t{1}));
  client.requests_per_minute = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(member(values, requests_per_minute).number,
                              registry::requests_per_minute_max + std::uint64_t{1}));
  Refusal refusal = set_parts(member(values, parts), parts, client.parts, pointer);
  if (!refusal) {
    refusal = set_parts(member(values, break_glass_parts), break_glass_parts,
                        client.break_glass_parts, pointer);
  }
  if (!refusal) refusal = set_expiry(member(values, expires), client, pointer);
  if (refusal) return refusal;
  if (const auto fault = fault_of(client, registry::now())) {
    pointer = pointer_to(json_name_of(fault->field));
    return {&api::problem::body_invalid, fault->rule, pointer};
  }
  return {};
}

void note_change(Call& call, const Client& client) {
  registry::audit::Record& record = call.audit.add(registry::audit::Act::administered);
  record.kind = registry::audit::Class::important;
  record.reason.text = client.id;
}

/// What the path and `issuer` name.
struct ClientName {
  std::string id;
  std::string issuer;
};

Refusal read_name(const http::Request& request, ClientName& name) {
  std::string decoded;
  const auto id = decoded_segment(request.path_parameter(0), decoded);
  if (!id) return {&api::problem::identifier_malformed, {}, "id"};
  name.id = *id;
  http::FormReader reader(request.query);
  bool seen = false;
  while (reader.next()) {
    if (reader.name() != "issuer") {
      return {&api::problem::parameter_unknown, "Known is issuer", {}};
    }
    if (seen) return {&api::problem::parameter_repeated, {}, "issuer"};
    seen = true;
    name.issuer = reader.value();
  }
  if (reader.error()) return {&api::problem::form_invalid, {}, {}};
  return {};
}

/// The register of clients; null, with the refusal written, in a server that has none.
registry::Clients* register_of(const Context& context, const http::Request& request,
                               http::Response& response) {
  registry::Clients* const clients = context.options.access.clients;
  if (clients == nullptr) {
    refuse(request, response, api::problem::unavailable, "this server has no register of clients");
  }
  return clients;
}

} // namespace

void list_clients(Context& context, Call&, const http::Request& request, http::Response& response) {
  ListQuery query;
  if (const Refusal refusal = read_list_query(request.query, {}, query)) {
    return refuse(request, response, refusal);
  }
  const registry::Clients* clients = register_of(context, request, response);
  if (clients == nullptr) return;
  const registry::Instant when = registry::now();
  const std::size_t limit = query.limit.value_or(list_limit_default);
  std::string& out = response.body;
  out += R"({"clients":[)";
  std::size_t count = 0;
  std::string last;
  bool more = false;
  for (const auto& client : clients->list()) {
    std::string place = registry::client_key(client->id, client->issuer);
    if (query.cursor && place <= *query.cursor) continue;
    more = count == limit;
    if (more) break;
    if (count++ != 0) out += ',';
    append_client(out, *client, when);
    last = std::move(place);
  }
  out += ']';
  if (more) append_next_cursor(out, last);
  out += '}';
}

void register_client(Context& context, Call& call, const http::Request& request,
                     http::Response& response) {
  Registration values;
  std::string pointer;
  Client client;
  Refusal refusal = refuse_parameters(request.query);
  if (!refusal) refusal = read_members(request, registration_rules, values, pointer);
  if (!refusal) refusal = read_client(values, client, pointer);
  if (refusal) return refuse(request, response, refusal);
  registry::Clients* const clients = register_of(context, request, response);
  if (clients == nullptr) return;
  const auto added = clients->add({client}, values.back().flag ? registry::IfRegistered::replace
                                                               : registry::IfRegistered::refuse);
  if (!added && added.error().code == registry::ErrorCode::conflict) {
    return refuse(request, response, problem::client_registered);
  }
  if (!added) return refuse(request, response, added.error());
  note_change(call, client);
  response.status = status_created;
  append_client(response.body, *clients->find_exactly(client.id, client.issuer), registry::now());
}

void client_by_id(Context& context, Call&, const http::Request& request, http::Response& response) {
  ClientName name;
  if (const Refusal refusal = read_name(request, name)) return refuse(request, response, refusal);
  const registry::Clients* clients = register_of(context, request, response);
  if (clients == nullptr) return;
  const auto client = clients->find_exactly(name.id, name.issuer);
  if (!client) return refuse(request, response, problem::client_not_found);
  append_client(response.body, *client, registry::now());
}

void revoke_client(Context& context, Call& call, const http::Request& request,
                   http::Response& response) {
  ClientName name;
  if (const Refusal refusal = read_name(request, name)) return refuse(request, response, refusal);
  registry::Clients* const clients = register_of(context, request, response);
  if (clients == nullptr) return;
  const auto client = clients->revoke(name.id, name.issuer);
  if (!client && client.error().code == registry::ErrorCode::not_found) {
    return refuse(request, response, problem::client_not_found);
  }
  if (!client) return refuse(request, response, client.error());
  note_change(call, **client);
  append_client(response.body, **client, registry::now());
}

} // namespace grunndata::api::v1
