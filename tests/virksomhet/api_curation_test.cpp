// What stewards do over /v1/virksomhet, without a socket.
#include "api/v1/virksomhet/curation.h"
#include "registry/virksomhet/conflicts.h"
#include "registry/virksomhet/matcher.h"
#include "tests/clients/office.h"
#include "tests/virksomhet/universe.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::api;
using namespace grunndata::api::stories;
namespace structure = registry::virksomhet;
namespace told = registry::virksomhet::stories;
using registry::audit::Act;

namespace {

/// An office in the fictional universe, with a steward.
struct Stewards : Office {
  Stewards() {
    told::load_universe(town());
    hold(access::RightSet((1ULL << static_cast<unsigned>(access::Right::virksomhet_read)) |
                          (1ULL << static_cast<unsigned>(access::Right::virksomhet_curate))));
    become("steward", "Kari Kurator");
  }
  Told state(std::string_view json, std::string_view key = "k1") {
    return post_once(v1::state_node_relation, json, key);
  }
  std::string suggestion() {
    REQUIRE(structure::match_nodes(registry()));
    return ask(v1::list_node_suggestions, "state=open").member("id");
  }
  std::string conflict() {
    told::load(town(), structure::NodeSource::htk, "2026-01-01",
               {told::NodeBuilder::about("ENH:310000280")
                    .says(structure::NodePart::display_name, R"({"name":"Storsykehuset"})")});
    REQUIRE(structure::Conflicts(registry(), {}).sweep(false));
    return ask(v1::list_node_conflicts, "state=OPEN").member("id");
  }
};

constexpr std::string_view ownership =
    R"({"type":"EIERSKAP","from":"310000639","to":"RSH:4990071","validFrom":"2020-01-01",)"
    R"("document":"sak 7","reason":"the deed"})";

void check_refused(const Told& told, int status, std::string_view code) {
  CHECK(told.status == status);
  CHECK(told.member("code") == code);
}

} // namespace

TEST_CASE("a relation is stated, listed, corrected, ended and withdrawn, and each is logged") {
  Stewards stewards;
  const Told stated = stewards.state(ownership);
  CHECK(stated.status == 201);
  CHECK(stated.holds(R"("document":"sak 7")"));
  CHECK(stated.holds(R"("approvedBy":"Kari Kurator")"));
  REQUIRE(stated.records.size() == 1);
  CHECK(stated.records.front().act == Act::administered);
  CHECK(stated.records.front().reason.text == "the deed");
  const std::string number = stated.member("relation");
  const std::string node = stated.member("keptWith");
  CHECK(stewards.ask(v1::curated_relations_of_node, {}, {node}).holds(number));
  const Told corrected =
      stewards.post_once(v1::correct_node_relation,
                         R"({"validFrom":"","reason":"nobody knows since when"})", "k2",
                         {"RSH:4990071", number});
  CHECK(corrected.status == 200);
  CHECK_FALSE(corrected.holds("validFrom"));
  const Told ended = stewards.post_once(v1::end_node_relation,
                                        R"({"validTo":"2024-01-01","reason":"sold"})", "k3",
                                        {node, number});
  CHECK(ended.status == 200);
  CHECK(ended.holds(R"("endedReason":"sold")"));
  const Told gone = stewards.post_once(v1::withdraw_node_relation, R"({"reason":"a mistake"})",
                                       "k4", {node, number});
  CHECK(gone.status == 200);
  CHECK(stewards.ask(v1::curated_relations_of_node, {}, {node}).body == R"({"relations":[]})");
  check_refused(stewards.post_once(v1::withdraw_node_relation, R"({"reason":"again"})", "k5",
                                   {node, number}),
                404, "relation_not_found");
}

TEST_CASE("the same request again gets the first answer, and another one under its key none") {
  Stewards stewards;
  const Told first = stewards.state(ownership);
  const Told again = stewards.state(ownership);
  CHECK(again.status == 201);
  CHECK(again.body == first.body);
  CHECK(again.headers.find("Idempotency-Replayed: true") != std::string::npos);
  REQUIRE(again.records.size() == 1);
  CHECK(again.records.front().outcome == "replayed");
  std::string other(ownership);
  other.replace(other.find("the deed"), 8, "the will");
  check_refused(stewards.state(other), 422, "idempotency_key_reused");
  check_refused(stewards.state(ownership, "k2"), 409, "relation_stated");
  check_refused(stewards.post(v1::state_node_relation, ownership), 400,
                "idempotency_key_required");
}

TEST_CASE("a rule that would be broken is told, and a wrong request refused") {
  Stewards stewards;
  const Told circle = stewards.state(
      R"({"type":"EIERSKAP","from":"310000140","to":"310000078","reason":"upside down"})");
  check_refused(circle, 422, "structure_rule_broken");
  CHECK(circle.member("detail").starts_with("rule 2:"));
  const auto refused = [&](std::string_view json) { return stewards.state(json, "kx"); };
  check_refused(refused(R"({"type":"SLEKT","from":"310000140","to":"310000078","reason":"so"})"),
                400, "body_invalid");
  check_refused(refused(R"({"type":"EIERSKAP","from":"RSH:1","to":"310000078","reason":"so"})"),
                404, "node_not_found");
  check_refused(refused(R"({"type":"EIERSKAP","from":"x","to":"310000078","reason":"so"})"), 400,
                "identifier_malformed");
  check_refused(refused(R"({"type":"EIERSKAP","from":"310000140","to":"310000078"})"), 400,
                "body_invalid");
  check_refused(refused(R"({"type":"TILSVARER","from":"310000140","to":"310000078",)"
                        R"("kind":"NESTEN","reason":"so"})"),
                400, "body_invalid");
  check_refused(refused(R"({"type":"EIERSKAP","from":"310000140","to":"310000078",)"
                        R"("validFrom":"soon","reason":"so"})"),
                400, "body_invalid");
  check_refused(refused(R"({"type":"EIERSKAP","from":"310000639","to":"310001333",)"
                        R"("reason":"01810000001"})"),
                400, "body_invalid");
}

TEST_CASE("suggestions are listed in pages, approved and rejected") {
  Stewards stewards;
  const std::string id = stewards.suggestion();
  const Told approved = stewards.post_once(v1::approve_node_suggestion,
                                           R"({"reason":"the same","validFrom":"2008-01-01"})",
                                           "k1", {id});
  CHECK(approved.status == 200);
  CHECK(approved.member("state") == "approved");
  CHECK(approved.holds(R"("relation":")"));
  CHECK(approved.records.front().act == Act::administered);
  check_refused(stewards.post_once(v1::reject_node_suggestion, R"({"reason":"no"})", "k2", {id}),
                409, "suggestion_decided");
  const Told page = stewards.ask(v1::list_node_suggestions, "state=open&limit=1");
  const std::string next = page.member("after");
  CHECK(next == page.member("id"));
  const Told second =
      stewards.ask(v1::list_node_suggestions, "state=open&limit=1&after=" + next);
  CHECK(second.member("id") != next);
  CHECK(stewards.post_once(v1::reject_node_suggestion, R"({"reason":"no"})", "k3", {next})
            .member("state") == "rejected");
  check_refused(stewards.post_once(v1::reject_node_suggestion, R"({"reason":"no"})", "k4",
                                   {"00000000000000000000000000000000"}),
                404, "suggestion_not_found");
  check_refused(stewards.ask(v1::list_node_suggestions, "state=lost"), 400, "parameter_invalid");
  check_refused(stewards.ask(v1::list_node_suggestions, "after=x"), 400, "cursor_invalid");
  check_refused(stewards.ask(v1::list_node_suggestions, "asOf=2020-01-01"), 400,
                "parameter_unknown");
}

TEST_CASE("conflicts are listed, shown, accepted and opened again") {
  Stewards stewards;
  const std::string id = stewards.conflict();
  const Told shown = stewards.ask(v1::node_conflict_by_id, {}, {id});
  CHECK(shown.status == 200);
  CHECK(shown.holds("Storsykehuset"));
  CHECK(shown.member("field") == "displayName");
  CHECK(stewards.ask(v1::list_node_conflicts, "node=310000280&field=displayName").holds(id));
  CHECK(stewards.ask(v1::list_node_conflicts, "node=310000140").body == R"({"conflicts":[]})");
  const Told accepted = stewards.post_once(v1::accept_node_conflict, R"({"reason":"both"})", "k1",
                                           {id});
  CHECK(accepted.member("state") == "AKSEPTERT");
  CHECK(accepted.holds(R"("by":"Kari Kurator")"));
  check_refused(stewards.post_once(v1::accept_node_conflict, R"({"reason":"x"})", "k2", {id}), 409,
                "conflict_settled");
  CHECK(stewards.post_once(v1::reopen_node_conflict, R"({"reason":"no"})", "k3", {id})
            .member("state") == "OPEN");
  check_refused(stewards.ask(v1::node_conflict_by_id, {}, {"nothing"}), 404,
                "conflict_not_found");
  check_refused(stewards.ask(v1::list_node_conflicts, "state=open"), 400, "parameter_invalid");
  check_refused(stewards.ask(v1::list_node_conflicts, "field=hue"), 400, "parameter_invalid");
}

TEST_CASE("whose word counts is told, and a unit as all its nodes make it") {
  Stewards stewards;
  CHECK(stewards.ask(v1::show_authority)
            .holds(R"({"field":"legalName","sources":["enhetsregisteret"]})"));
  structure::Authority other;
  REQUIRE(other.set(structure::JoinedField::legal_name, "resh"));
  stewards.options().authority = &other;
  CHECK(stewards.ask(v1::show_authority).holds(R"({"field":"legalName","sources":["resh"]})"));
  stewards.options().authority = nullptr;
  const Told joined = stewards.ask(v1::joined_node, {}, {"310000280"});
  CHECK(joined.status == 200);
  CHECK(joined.holds(R"("field":"legalName","counts":{"source":"enhetsregisteret")"));
  check_refused(stewards.ask(v1::joined_node, {}, {"RSH:1"}), 404, "node_not_found");
}
