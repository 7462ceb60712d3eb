#include "registry/audit/record_codec.h"
#include "tests/audit/audit_fixture.h"

#include <doctest/doctest.h>

#include <random>

using namespace grunndata::registry;
using namespace grunndata::registry::audit;
using namespace grunndata::registry::audit::tests;

namespace {

std::vector<std::uint8_t> written(const Record& record) {
  std::vector<std::uint8_t> bytes;
  write_record(record, record.time, bytes);
  return bytes;
}

std::string text_of_size(std::size_t size) { return std::string(size, 'x'); }

} // namespace

TEST_CASE("every field of a record comes back as it was written") {
  Record record = full_record();
  record.time = after(12);
  const auto read = read_record(written(record));
  REQUIRE(read);
  CHECK(read->time == record.time);
  CHECK(read->act == Act::break_glass);
  CHECK(read->kind == Class::important);
  CHECK(read->subject == record.subject);
  REQUIRE(read->subjects);
  CHECK(read->subjects->from == 3);
  CHECK(read->subjects->to == 70'000);
  CHECK(read->subjects->persons == 12);
  CHECK(read->subjects->digest == record.subjects->digest);
  CHECK(read->actor.issuer == "helseid");
  CHECK(read->actor.client_id == "client-1");
  CHECK(read->actor.client_name == "Journal 3000");
  CHECK(read->actor.organisation == "999000003");
  CHECK(read->actor.organisation_parent == "998000000");
  CHECK(read->actor.user_name == "Lege 2");
  CHECK(read->actor.user_hpr == "1000002");
  CHECK(read->actor.user_key == "00112233445566778899aabbccddeeff");
  CHECK(read->actor.os_user == "drift");
  CHECK(read->actor.user_protected);
  CHECK(read->actor.security_level == 4);
  CHECK(read->reason.purpose_of_use == "ETREAT");
  CHECK(read->reason.purpose_details == "details");
  CHECK(read->reason.healthcare_service == "service");
  CHECK(read->reason.decision_ref == "decision-1");
  CHECK(read->reason.text == "bevisstløs på vakt");
  CHECK(read->operation == "getPerson");
  CHECK(read->parts_asked.all());
  CHECK(read->parts_delivered == record.parts_delivered);
  CHECK(read->history);
  CHECK(read->with_legal_basis);
  CHECK(read->protected_shown);
  CHECK(read->emergency);
  CHECK(read->status == 206);
  CHECK(read->outcome == "ok");
  CHECK(read->request_id == "request-7");
}

TEST_CASE("each flag, act and class comes back alone") {
  using Set = void (*)(Record&);
  const Set settings[] = {[](Record& r) { r.history = true; },
                          [](Record& r) { r.with_legal_basis = true; },
                          [](Record& r) { r.protected_shown = true; },
                          [](Record& r) { r.emergency = true; },
                          [](Record& r) { r.subject = person(1); },
                          [](Record& r) { r.asked = person(2); },
                          [](Record& r) { r.subjects.emplace(); },
                          [](Record& r) { r.actor.user_protected = true; },
                          [](Record& r) { r.kind = Class::important; }};
  for (const Set set : settings) {
    Record record;
    set(record);
    const auto read = read_record(written(record));
    REQUIRE(read);
    CHECK(same(*read, record));
    CHECK_FALSE(same(*read, Record{}));
  }
  for (unsigned act = 1; act <= 13; ++act) {
    Record record;
    record.act = static_cast<Act>(act);
    CHECK(read_record(written(record))->act == record.act);
    CHECK(find_act(name_of(record.act)) == record.act);
  }
}

TEST_CASE("a user key that is no hash comes back too") {
  for (const std::string key : {"", "abc", "00112233445566778899AABBCCDDEEFF",
                                "00112233445566778899aabbccddeef", "urn:sub:some one"}) {
    Record record;
    record.actor.user_key = key;
    CHECK(read_record(written(record))->actor.user_key == key);
  }
}

TEST_CASE("long texts are cut at a whole character") {
  Record record;
  for (const std::size_t size : {127U, 128U, 1'023U, 1'024U}) {
    record.reason.text = text_of_size(size);
    CHECK(read_record(written(record))->reason.text == record.reason.text);
  }
  record.reason.text = text_of_size(1'025);
  CHECK(read_record(written(record))->reason.text == text_of_size(1'021) + "…");
  record.reason.text = text_of_size(1'020) + "æøå";
  CHECK(read_record(written(record))->reason.text == text_of_size(1'020) + "…");
}

TEST_CASE("the longest record is within the limit") {
  Record record = full_record();
  for (std::string* text :
       {&record.actor.issuer, &record.actor.client_id, &record.actor.client_name,
        &record.actor.organisation, &record.actor.organisation_parent, &record.actor.user_name,
        &record.actor.user_hpr, &record.actor.user_key, &record.actor.os_user,
        &record.reason.purpose_of_use, &record.reason.purpose_details,
        &record.reason.healthcare_service, &record.reason.decision_ref, &record.reason.text,
        &record.operation, &record.outcome, &record.request_id}) {
    *text = text_of_size(5'000);
  }
  CHECK(written(record).size() > 17 * 1'024);
  CHECK(written(record).size() <= record_bytes_max);
  CHECK(read_record(written(record)));
}

TEST_CASE("a record has one form: what is read and written again is the same bytes, or refused") {
  std::vector<std::uint8_t> bytes = written(full_record());
  std::size_t taken = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1U << bit));
      const auto read = read_record(bytes);
      if (read) {
        CHECK(written(*read) == bytes);
        ++taken;
      }
      bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1U << bit));
    }
  }
  CHECK(taken > 0);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(read_record(Bytes(bytes).first(size)));
  }
  bytes.push_back(0);
  CHECK(read_record(bytes).error().code == ErrorCode::corrupt);
}

TEST_CASE("a record that names nobody else as asked for is as of version 1, others of version 2") {
  Record record;
  record.subject = person(1);
  CHECK(written(record).front() == 1);
  record.asked = person(2);
  std::vector<std::uint8_t> bytes = written(record);
  CHECK(bytes.front() == 2);
  CHECK(read_record(bytes)->asked == person(2));
  bytes.front() = 1;
  CHECK_FALSE(read_record(bytes));
}

TEST_CASE("a record of a newer version is refused as such") {
  std::vector<std::uint8_t> bytes = written(Record{});
  bytes[0] = record_version + 1;
  CHECK(read_record(bytes).error().code == ErrorCode::unsupported);
}
