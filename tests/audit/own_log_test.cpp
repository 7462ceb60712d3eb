#include "registry/audit/own_log.h"

#include "registry/audit/record_codec.h"
#include "registry/audit/record_json.h"
#include "tests/audit/audit_fixture.h"

#include <doctest/doctest.h>

#include <cctype>

using namespace grunndata::registry;
using namespace grunndata::registry::audit;
using namespace grunndata::registry::audit::tests;

namespace {

Record told() {
  Record record = full_record();
  record.act = Act::read;
  record.actor.user_protected = false;
  record.time = after(0);
  return record;
}

std::string json_of(const OwnLogEntry& entry) {
  std::string out;
  append_json(out, entry);
  return out;
}

constexpr std::int64_t day_s = 86'400;

} // namespace

TEST_CASE("a person reads the practitioner's name, the organisation, the reason and when") {
  const auto entry = own_log_entry(told(), after(1));
  REQUIRE(entry);
  CHECK(json_of(*entry) ==
        R"({"time":"2023-11-14T22:13:20.000000Z","act":"look-up","practitioner":"Lege 2",)"
        R"("role":"health personnel","organisation":"999000003","organisationParent":"998000000",)"
        R"("system":"Journal 3000","purposeOfUse":"ETREAT","emergency":true})");
}

TEST_CASE("a person reads no number of anybody, no free text and nothing of what was shown") {
  Record record = told();
  // Synthetic, put together so that no file holds it whole.
  const std::string number = std::string("018190") + "12345";
  record.actor.user_name = "Kari " + number;
  record.actor.client_name = number + "7";
  record.actor.user_key = "00112233445566778899aabbccddeeff";
  const std::string json = json_of(*own_log_entry(record, after(1)));
  for (const std::string_view never :
       {std::string_view(number), std::string_view("1000002"), std::string_view("001122334455"),
        std::string_view("bevisst"), std::string_view("decision-1"), std::string_view("request-7"),
        std::string_view("details"), std::string_view("service"), std::string_view("Name")}) {
    CAPTURE(std::string(never));
    CHECK(json.find(never) == std::string::npos);
  }
  CHECK(json.find(R"("practitioner":"Kari …")") != std::string::npos);
}

TEST_CASE("protected staff appear by role, by what held then or holds today") {
  Record record = told();
  CHECK(own_log_entry(record, after(1), true)->practitioner.empty());
  record.actor.user_protected = true;
  const auto entry = own_log_entry(record, after(1));
  CHECK(entry->practitioner.empty());
  CHECK(entry->role == "health personnel");
  CHECK(json_of(*entry).find("Lege") == std::string::npos);
}

TEST_CASE("roles follow from what is known of the user") {
  Record record = told();
  record.actor.user_hpr.clear();
  CHECK(own_log_entry(record, after(1))->role == "administrator");
  record.actor.os_user.clear();
  CHECK(own_log_entry(record, after(1))->role == "employee");
  record.actor.user_name.clear();
  record.actor.user_key.clear();
  CHECK(own_log_entry(record, after(1))->role == "system");
}

TEST_CASE("the table of acts is whole, and what it hides is not told") {
  for (std::size_t i = 0; i < own_log_acts.size(); ++i) {
    const OwnLogAct& row = own_log_acts[i];
    CHECK(static_cast<std::size_t>(row.act) == i + 1);
    Record record = told();
    record.act = row.act;
    CHECK(own_log_entry(record, after(1)).has_value() == (row.showing == Showing::shown));
    CHECK(row.word.empty() == (row.showing == Showing::hidden));
  }
}

TEST_CASE("purposes that would warn somebody are told later, all others at once") {
  Record record = told();
  for (const OwnLogDelay& row : own_log_delays) {
    record.reason.purpose_of_use = row.purpose;
    const std::int64_t delay = row.delay.count() * day_s;
    CHECK_FALSE(own_log_entry(record, after(0)));
    CHECK_FALSE(own_log_entry(record, after(delay - 1)));
    CHECK(own_log_entry(record, after(delay)));
  }
  for (const std::string_view purpose : {"TREAT", "ETREAT", "COC", "BTG", "", "anything"}) {
    record.reason.purpose_of_use = purpose;
    CHECK(own_log_entry(record, after(0)));
  }
}

TEST_CASE("a record as JSON says all it holds, escaped") {
  StoredRecord stored{12, false, full_record()};
  stored.record.time = after(0);
  stored.record.actor.user_name = "<b>\"Kari\"\n\\ \xFF \xC3\xA5";
  stored.record.parts_asked.reset();
  stored.record.parts_asked.set(1);
  stored.record.parts_asked.set(4);
  const IdCipher ids{IdCipher::Key{}};
  std::string json;
  append_json(json, stored, ids, Access::legal_basis);
  const auto outside = ids.seal(*stored.record.subject);
  CHECK(json ==
        std::string(R"({"position":12,"time":"2023-11-14T22:13:20.000000Z","act":"break_glass",)"
                    R"("class":"important","subject":")") +
            std::string(view_of(outside)) +
            R"(","subjects":{"from":3,"to":70000,"persons":12,"digest":")" +
            [] {
              std::string digest;
              for (int i = 0; i < 32; ++i) digest += "ab";
              return digest;
            }() +
            R"("},"actor":{"issuer":"helseid","clientId":"client-1","clientName":"Journal 3000",)"
            R"("organisation":"999000003","organisationParent":"998000000",)"
            "\"userName\":\"<b>\\\"Kari\\\"\\u000a\\\\ \xEF\xBF\xBD \xC3\xA5\","
            R"("userHpr":"1000002","userKey":"00112233445566778899aabbccddeeff",)"
            R"("userProtected":true,"osUser":"drift","securityLevel":4},)"
            R"("reason":{"purposeOfUse":"ETREAT","purposeDetails":"details",)"
            R"("healthcareService":"service","decisionRef":"decision-1",)"
            R"("text":"bevisstløs på vakt"},"operation":"getPerson",)"
            R"("partsAsked":["Name","Status"],"partsDelivered":["Name"],"history":true,)"
            R"("withLegalBasis":true,"protectedShown":true,"emergency":true,"status":206,)"
            R"("outcome":"ok","requestId":"request-7"})");
  json.clear();
  append_json(json, {12, true, {}}, ids, Access::legal_basis);
  CHECK(json == R"({"position":12,"erased":true})");
}

TEST_CASE("a row for analysis names user, organisation, subject, time, purpose and care relation") {
  StoredRecord stored{3, false, full_record()};
  stored.record.time = after(0);
  std::string json;
  append_analysis_json(json, stored, "pseudonym");
  CHECK(json == R"({"position":3,"time":"2023-11-14T22:13:20.000000Z","act":"break_glass",)"
                R"("user":"1000002","clientId":"client-1","organisation":"999000003",)"
                R"("organisationParent":"998000000","subject":"pseudonym","purposeOfUse":"ETREAT",)"
                R"("decisionRef":"decision-1","operation":"getPerson","emergency":true,)"
                R"("protectedShown":true,"outcome":"ok"})");
}

TEST_CASE("a record tells readers without legal basis nothing of anybody's protection") {
  const IdCipher ids{IdCipher::Key{}};
  const auto json_of_record = [&ids](bool is_protected) {
    StoredRecord stored{12, false, full_record()};
    stored.record.kind = is_protected ? Class::important : Class::ordinary;
    stored.record.protected_shown = is_protected;
    stored.record.actor.user_protected = is_protected;
    stored.record.subjects->persons = is_protected ? 12 : 11;
    stored.record.subjects->digest[0] = is_protected ? 1 : 2;
    std::string json;
    append_json(json, stored, ids, Access::no_legal_basis);
    return json;
  };
  CHECK(json_of_record(true) == json_of_record(false));
  CHECK(json_of_record(true).find(R"("subjects":{"from":3,"to":70000})") != std::string::npos);
  CHECK(json_of_record(true).find(R"("withLegalBasis":true,"emergency":true)") !=
        std::string::npos);
  for (const std::string_view word : {"class", "rotected", "important", "persons", "digest"}) {
    CAPTURE(word);
    CHECK(json_of_record(true).find(word) == std::string::npos);
  }
}
