// GET /v1/export as its callers meet it: what is refused, what is logged, how it ends.
#include "api/http/message.h"
#include "api/v1/export/exports.h"
#include "tests/clients/office.h"
#include "tests/export/lines.h"

#include <doctest/doctest.h>
#include <optional>
#include <string>

using namespace grunndata;
using namespace grunndata::api;
using namespace grunndata::api::stories;
using registry::PersonPart;
using registry::audit::Act;
using registry::audit::Class;
using registry::stories::fnr;
using registry::stories::PersonBuilder;
using Piece = http::BodyStream::Piece;

namespace {

const std::string names = "entity=person&parts=Name";

registry::Client agreed_on(std::initializer_list<PersonPart> parts, bool legal_basis) {
  registry::Client client;
  client.id = "app";
  client.issuer = "helseid";
  client.name = "App";
  client.organisation = "974760673";
  client.purpose = "a copy of the population";
  client.legal_basis = legal_basis;
  for (const PersonPart part : parts) client.parts.set(static_cast<std::size_t>(part));
  return client;
}

void fill(Office& office, unsigned persons) {
  office.agree(agreed_on({PersonPart::name, PersonPart::status}, true));
  office.see(registry::Access::legal_basis);
  for (unsigned n = 1; n <= persons; ++n) {
    office.town().import(PersonBuilder(fnr(n)).named("Hansen" + std::to_string(n)), "2024-01-01");
  }
}

/// To its end; nothing when it was cut.
std::optional<std::string> read(http::BodyStream& stream) {
  std::string text;
  while (true) {
    const Piece made = stream.next(text);
    if (made == Piece::failed) return std::nullopt;
    if (made == Piece::last) return text;
  }
}

void check_refused(Office& office, const std::string& query, int status, std::string_view code,
                   std::string_view field = {}) {
  CAPTURE(query);
  const Told told = office.ask(v1::export_persons, query);
  CHECK(told.status == status);
  CHECK(told.member("code") == code);
  CHECK(told.stream == nullptr);
  if (!field.empty()) CHECK(told.holds(R"("pointer":")" + std::string(field)));
}

} // namespace

TEST_CASE("an export is logged before its first byte and, with whom it covered, before its last") {
  Office office;
  fill(office, 3);
  const Told told = office.ask(v1::export_persons, names);
  CHECK(told.status == 200);
  CHECK(told.content_type == "application/x-ndjson");
  REQUIRE(told.stream != nullptr);
  REQUIRE(told.records.size() == 1);
  const auto& begun = told.records[0];
  CHECK(begun.act == Act::exported);
  CHECK(begun.kind == Class::important);
  CHECK(begun.outcome == "begun");
  CHECK(begun.actor.client_id == "app");
  CHECK(begun.with_legal_basis);
  REQUIRE(begun.subjects.has_value());
  CHECK(begun.subjects->to == office.registry().newest_sequence() + 1);
  const auto text = read(*told.stream);
  REQUIRE(text.has_value());
  CHECK(Lines(*text).persons.size() == 3);
  const auto ended = office.news();
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].act == Act::exported);
  CHECK(ended[0].outcome == "ok");
  CHECK(ended[0].actor.client_id == "app");
  CHECK(ended[0].request_id == begun.request_id);
  REQUIRE(ended[0].subjects.has_value());
  CHECK(ended[0].subjects->persons == 3);
  CHECK(registry::audit::holds(office.registry(), *ended[0].subjects,
                               registry::Access::legal_basis)
            .value());
}

TEST_CASE("an export that its reader leaves is logged with whom it got") {
  Office office;
  fill(office, 3);
  Told told = office.ask(v1::export_persons, names);
  std::string piece;
  static_cast<void>(told.stream->next(piece));
  told.stream.reset();
  const auto ended = office.news();
  REQUIRE(ended.size() == 1);
  // All of so few stand in the first piece, which ended it.
  CHECK(ended[0].outcome == "ok");

  fill(office, 0);
  std::string long_name(60'000, 'x');
  for (unsigned n = 10; n < 16; ++n) {
    office.town().import(PersonBuilder(fnr(n)).named(long_name), "2024-01-01");
  }
  told = office.ask(v1::export_persons, names);
  piece.clear();
  CHECK(told.stream->next(piece) == Piece::more);
  told.stream.reset();
  const auto cut = office.news();
  REQUIRE(cut.size() == 1);
  CHECK(cut[0].outcome == "cut");
  CHECK(cut[0].subjects->persons > 0);
  CHECK(cut[0].subjects->persons < 9);
}

TEST_CASE("a client whose agreement ends or narrows in midstream is cut") {
  for (const bool revoked : {true, false}) {
    Office office;
    fill(office, 3);
    const registry::Client client = agreed_on({PersonPart::name}, true);
    REQUIRE(office.clients().add({client}).has_value());
    const Told told = office.ask(v1::export_persons, names);
    REQUIRE(told.stream != nullptr);
    if (revoked) {
      REQUIRE(office.clients().revoke("app", "helseid").has_value());
    } else {
      REQUIRE(office.clients()
                  .add({agreed_on({PersonPart::status}, true)}, registry::IfRegistered::replace)
                  .has_value());
    }
    CHECK_FALSE(read(*told.stream).has_value());
  }
}

TEST_CASE("an export that takes too long is cut") {
  Office office;
  fill(office, 2);
  office.options().export_time_max = std::chrono::seconds(-1);
  const Told told = office.ask(v1::export_persons, names);
  REQUIRE(told.stream != nullptr);
  CHECK_FALSE(read(*told.stream).has_value());
}

TEST_CASE("so many exports run at once and no more, until one ends") {
  Office office;
  fill(office, 1);
  const Told first = office.ask(v1::export_persons, names);
  Told second = office.ask(v1::export_persons, names);
  const Told third = office.ask(v1::export_persons, names);
  CHECK(third.status == 503);
  CHECK(third.member("code") == "exports_busy");
  CHECK(third.headers.find("Retry-After: 60") != std::string::npos);
  CHECK(third.records.empty());
  second.stream.reset();
  CHECK(office.ask(v1::export_persons, names).status == 200);
}

TEST_CASE("the parameters of an export are read strictly") {
  Office office;
  fill(office, 1);
  check_refused(office, "parts=Name", 400, "parameter_invalid", "entity");
  check_refused(office, "entity=personell&parts=Name", 400, "parameter_invalid", "entity");
  check_refused(office, "entity=person", 400, "parts_required", "parts");
  check_refused(office, "entity=person&parts=Nonsense", 400, "part_unknown", "parts");
  check_refused(office, names + "&format=csv", 400, "parameter_invalid", "format");
  check_refused(office, names + "&compression=br", 400, "parameter_invalid", "compression");
  check_refused(office, names + "&history=true", 400, "parameter_unknown");
  check_refused(office, names + "&entity=person", 400, "parameter_repeated", "entity");
  check_refused(office, names + "&from=1", 400, "parameter_invalid", "from");
  check_refused(office, names + "&to=" + std::string(32, '0'), 400, "parameter_invalid", "to");
  check_refused(office, names + "&%zz", 400, "form_invalid");
  CHECK(office.ask(v1::export_persons, names + "&format=ndjson&compression=none").status == 200);
}

TEST_CASE("parts without an agreement are refused and noted, also those for emergencies") {
  Office office;
  fill(office, 1);
  registry::Client client = agreed_on({PersonPart::name}, true);
  client.break_glass_parts.set(static_cast<std::size_t>(PersonPart::status));
  office.agree(client);
  const Told told = office.ask(v1::export_persons, "entity=person&parts=Name,Status");
  CHECK(told.status == 403);
  CHECK(told.member("code") == "parts_not_agreed");
  REQUIRE(told.records.size() == 1);
  CHECK(told.records[0].act == Act::denied);
}

TEST_CASE("an export is packed as asked, or as the client accepts") {
  Office office;
  fill(office, 3);
  const http::Header accepts{"Accept-Encoding", "gzip, zstd;q=0.9"};
  Told told = office.ask_with(v1::export_persons, http::Method::get, names, accepts);
  CHECK(told.headers.find("Content-Encoding: zstd\r\n") != std::string::npos);
  CHECK(told.headers.find("Vary: Accept-Encoding\r\n") != std::string::npos);
  auto packed = read(*told.stream);
  REQUIRE(packed.has_value());
  CHECK(packed->starts_with("\x28\xB5\x2F\xFD"));
  told = office.ask_with(v1::export_persons, http::Method::get, names + "&compression=gzip",
                         accepts);
  CHECK(told.headers.find("Content-Encoding: gzip\r\n") != std::string::npos);
  CHECK(read(*told.stream)->starts_with("\x1F\x8B"));
  told = office.ask_with(v1::export_persons, http::Method::get, names + "&compression=none",
                         accepts);
  CHECK(told.headers.find("Content-Encoding") == std::string::npos);
  CHECK(Lines(read(*told.stream).value()).persons.size() == 3);
}

TEST_CASE("HEAD of an export exports nothing and logs nothing") {
  Office office;
  fill(office, 1);
  Told told = office.ask_with(v1::export_persons, http::Method::head, names, {"Accept", "*/*"});
  CHECK(told.status == 200);
  CHECK(told.records.empty());
  told.stream.reset();
  CHECK(office.news().empty());
}
