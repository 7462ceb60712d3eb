// Holds registry/FORMAT.md against the code.
#include "registry/candidates/search_keys.h"
#include "registry/clients/stored.h"
#include "registry/document.h"
#include "registry/keys.h"
#include "registry/kodeverk/stored.h"
#include "registry/node_runs.h"
#include "registry/registry_impl.h"
#include "registry/subscriptions/stored.h"
#include "registry/virksomhet/conflicts.h"

#include <array>
#include <cstddef>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

using namespace grunndata::registry;

namespace {

using Cells = std::vector<std::string>;

std::string trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return std::string(text);
}

/// The rows of the first table below the heading, without its head.
std::vector<Cells> table(std::string_view heading) {
  std::ifstream file("registry/FORMAT.md");
  REQUIRE(file.is_open());
  std::vector<Cells> rows;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) inside = line == "## " + std::string(heading);
    if (!inside || !line.starts_with("|")) continue;
    Cells cells;
    for (std::size_t begin = 1, end = 0; (end = line.find('|', begin)) != std::string::npos;
         begin = end + 1) {
      cells.push_back(trimmed(std::string_view(line).substr(begin, end - begin)));
    }
    rows.push_back(std::move(cells));
  }
  REQUIRE(rows.size() > 2);
  rows.erase(rows.begin(), rows.begin() + 2);
  return rows;
}

std::string whole_text() {
  std::ifstream file("registry/FORMAT.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string search_key_text(const candidates::SearchKeyFields& fields) {
  return std::string(candidates::view_of(candidates::search_key(fields)));
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += digits[static_cast<unsigned char>(c) >> 4U];
    text += digits[static_cast<unsigned char>(c) & 0xFU];
  }
  return text;
}

EntityId example_id() {
  EntityId id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = static_cast<std::uint8_t>(i);
  return id;
}

struct Field {
  std::string structure, name;
  std::size_t offset, bytes;
};

template <typename Structure, typename Member>
Field field(const char* structure, const char* name, Member Structure::*member) {
  const Structure object{};
  const auto* begin = reinterpret_cast<const char*>(&object);
  const auto* place = reinterpret_cast<const char*>(&(object.*member));
  return {structure, name, static_cast<std::size_t>(place - begin), sizeof(Member)};
}

const std::vector<Field> fields{
    field("DocumentHeader", "format", &DocumentHeader::format),
    field("DocumentHeader", "domain", &DocumentHeader::domain),
    field("DocumentHeader", "protection", &DocumentHeader::protection),
    field("DocumentHeader", "protection_from", &DocumentHeader::protection_from),
    field("DocumentHeader", "row_count", &DocumentHeader::row_count),
    field("DocumentHeader", "identifier_bytes", &DocumentHeader::identifier_bytes),
    field("DocumentHeader", "sequence_legal", &DocumentHeader::sequence_legal),
    field("DocumentHeader", "sequence_open", &DocumentHeader::sequence_open),
    field("DocumentHeader", "sequence_first", &DocumentHeader::sequence_first),
    field("DocumentHeader", "successor_since", &DocumentHeader::successor_since),
    field("DocumentHeader", "successor", &DocumentHeader::successor),
    field("DocumentHeader", "external_id", &DocumentHeader::external_id),
    field("DocumentHeader", "extracted_at", &DocumentHeader::extracted_at),
    field("DocumentHeader", "registered_at", &DocumentHeader::registered_at),
    field("DocumentHeader", "record_hash", &DocumentHeader::record_hash),
    Field{"DocumentHeader", "", 0, sizeof(DocumentHeader)},
    field("RowEntry", "valid_from", &RowEntry::valid_from),
    field("RowEntry", "valid_to", &RowEntry::valid_to),
    field("RowEntry", "registered_at", &RowEntry::registered_at),
    field("RowEntry", "recorded_from", &RowEntry::recorded_from),
    field("RowEntry", "recorded_to", &RowEntry::recorded_to),
    field("RowEntry", "row_begin", &RowEntry::row_begin),
    field("RowEntry", "row_size", &RowEntry::row_size),
    field("RowEntry", "alternates_begin", &RowEntry::alternates_begin),
    field("RowEntry", "open_size", &RowEntry::open_size),
    field("RowEntry", "v1_size", &RowEntry::v1_size),
    field("RowEntry", "metadata_bytes", &RowEntry::metadata_bytes),
    field("RowEntry", "ordinal", &RowEntry::ordinal),
    field("RowEntry", "part", &RowEntry::part),
    field("RowEntry", "validity", &RowEntry::validity),
    field("RowEntry", "grading", &RowEntry::grading),
    field("RowEntry", "source", &RowEntry::source),
    Field{"RowEntry", "", 0, sizeof(RowEntry)},
    field("IndexEntry", "entity", &IndexEntry::entity),
    field("IndexEntry", "in_use", &IndexEntry::in_use),
    field("IndexEntry", "is_primary", &IndexEntry::is_primary),
    field("IndexEntry", "is_own", &IndexEntry::is_own),
    field("IndexEntry", "source", &IndexEntry::source),
    field("IndexEntry", "valid_from", &IndexEntry::valid_from),
    field("IndexEntry", "valid_to", &IndexEntry::valid_to),
    field("IndexEntry", "recorded_from", &IndexEntry::recorded_from),
    field("IndexEntry", "recorded_to", &IndexEntry::recorded_to),
    Field{"IndexEntry", "", 0, sizeof(IndexEntry)},
    field("LogEntry", "entity", &LogEntry::entity),
    field("LogEntry", "recorded_at", &LogEntry::recorded_at),
    field("LogEntry", "type", &LogEntry::type),
    field("LogEntry", "open_type", &LogEntry::open_type),
    field("LogEntry", "domain", &LogEntry::domain),
    field("LogEntry", "marks", &LogEntry::marks),
    field("LogEntry", "back", &LogEntry::back),
    field("LogEntry", "corrects", &LogEntry::corrects),
    Field{"LogEntry", "", 0, sizeof(LogEntry)},
    field("ClientHead", "format", &ClientHead::format),
    field("ClientHead", "legal_basis", &ClientHead::legal_basis),
    field("ClientHead", "numbers_per_day", &ClientHead::numbers_per_day),
    field("ClientHead", "requests_per_minute", &ClientHead::requests_per_minute),
    field("ClientHead", "persons_per_day", &ClientHead::persons_per_day),
    field("ClientHead", "parts", &ClientHead::parts),
    field("ClientHead", "break_glass_parts", &ClientHead::break_glass_parts),
    field("ClientHead", "expires", &ClientHead::expires),
    field("ClientHead", "revoked", &ClientHead::revoked),
    field("ClientHead", "registered", &ClientHead::registered),
    Field{"ClientHead", "", 0, sizeof(ClientHead)},
    field("GrantHead", "format", &GrantHead::format),
    field("GrantHead", "purpose", &GrantHead::purpose),
    field("GrantHead", "outcome", &GrantHead::outcome),
    field("GrantHead", "entity", &GrantHead::entity),
    field("GrantHead", "parts", &GrantHead::parts),
    field("GrantHead", "opened", &GrantHead::opened),
    field("GrantHead", "expires", &GrantHead::expires),
    field("GrantHead", "review_by", &GrantHead::review_by),
    field("GrantHead", "reviewed_at", &GrantHead::reviewed_at),
    Field{"GrantHead", "", 0, sizeof(GrantHead)},
};

} // namespace

TEST_CASE("FORMAT.md names the families that there are, in order") {
  const auto rows = table("Families");
  REQUIRE(rows.size() == store::family_count);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(rows[i].size() == 5);
    CHECK(rows[i].front() == store::families[i].name);
    CHECK(static_cast<std::size_t>(store::families[i].family) == i);
  }
}

TEST_CASE("FORMAT.md shows keys as they are built") {
  const EntityId id = example_id();
  const IdentifierKey fnr{IdentifierType::fnr, "01810000001", {}};
  const std::map<std::string, std::string> built{
      {"current, past", key_of(id)},
      {"source, freshness of folkeregisteret", key_of(id, Source::folkeregisteret)},
      {"identifier FNR 01810000001", key_of(fnr)},
      {"identifier HNR 77 of assigner AB", key_of(IdentifierKey{IdentifierType::hnr, "77", "AB"})},
      {"relation: edges of the entity", edges_key(id)},
      {"relation: the entity points at FNR 01810000001",
       pointed_key(IdentifierType::fnr, "01810000001", id)},
      {"log of sequence 258", key_of_number(258)},
      {"client app of issuer test", client_key("app", "test")},
      {"client app of any issuer", client_key("app", {})},
      {"grant 258", key_of_number(258)},
      {"a subscription, 258", subscription_key(258)},
      {"search key of a name that sounds `hansen`, born 1980-03-09",
       search_key_text(
           {candidates::KeyOf::person, candidates::hash_of_sound("hansen"), {1980, 3, 9}, id})},
      {"search key of a hjelpenummer with birth year 1980, without a name",
       search_key_text({candidates::KeyOf::help_number, 0, {1980, 0, 0}, id})},
  };
  const auto rows = table("Keys, by example");
  CHECK(rows.size() == built.size());
  for (const Cells& row : rows) {
    CAPTURE(row[0]);
    REQUIRE(built.contains(row[0]));
    CHECK(row[1] == hex(built.at(row[0])));
  }
  CHECK(number_of_key(key_of_number(258)) == 258);
}

TEST_CASE("FORMAT.md lists the marks that there are") {
  const std::array<std::string_view, 29> marks{meta::format,
                                               meta::environment,
                                               meta::id_key,
                                               meta::epoch,
                                               meta::extracted_prefix,
                                               meta::quarantine_newest,
                                               meta::quarantined_prefix,
                                               meta::cursor_prefix,
                                               meta::grant_newest,
                                               meta::installation,
                                               meta::issuing_generation,
                                               meta::issuing_prefix,
                                               virksomhet::conflicts_swept,
                                               meta::node_relation_newest,
                                               meta::node_run_prefix,
                                               meta::link_newest,
                                               meta::block_newest,
                                               meta::work_newest,
                                               meta::subscription_newest,
                                               meta::search_keys,
                                               meta::purge_newest,
                                               meta::purge_pending_prefix,
                                               meta::purge_confirmed,
                                               meta::feed_floor,
                                               meta::places_withheld,
                                               meta::proofs_ahead,
                                               meta::restored,
                                               meta::purge_ran,
                                               list_prefix};
  const auto rows = table("Marks");
  REQUIRE(rows.size() == marks.size());
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK(rows[i][0] == marks[i]);
}

TEST_CASE("FORMAT.md shows a source value as it is written") {
  SourceValue value;
  value.raw = R"({"a":1})";
  value.elements.push_back({5, 1});
  value.withdrawn.push_back({PersonPart::name, 5, "x"});
  std::string shown = table("Source value").front()[1];
  std::erase(shown, ' ');
  CHECK(shown == hex(write_source(value)));
  const std::string written = write_source(value);
  const auto read = read_source(written);
  REQUIRE(read.has_value());
  CHECK(read->raw == value.raw);
  REQUIRE(read->elements.size() == 1);
  CHECK(read->elements.front().begin == 5);
  REQUIRE(read->withdrawn.size() == 1);
  CHECK(read->withdrawn.front().json == "x");
}

TEST_CASE("FORMAT.md shows a client as it is written") {
  Client client;
  client.name = "N";
  client.organisation = "974760673";
  client.purpose = "P";
  client.parts.set(0).set(1);
  client.legal_basis = true;
  client.requests_per_minute = 60;
  client.persons_per_day = 500;
  client.registered = Instant{1};
  std::string shown = table("Client").front()[1];
  std::erase(shown, ' ');
  const std::string written = write_client(client);
  CHECK(shown == hex(written));
  const auto read = read_client(client_key("app", "test"), written);
  REQUIRE(read.has_value());
  CHECK(read->id == "app");
  CHECK(read->issuer == "test");
  CHECK(write_client(*read) == written);
  CHECK_FALSE(read->expires.has_value());
  for (std::size_t bytes = 0; bytes < written.size(); ++bytes) {
    CHECK_FALSE(read_client(client_key("app", "test"), written.substr(0, bytes)).has_value());
  }
  CHECK_FALSE(read_client(client_key("app", "test"), written + "x").has_value());
  CHECK_FALSE(read_client(client_key("", "test"), written).has_value());
}

TEST_CASE("FORMAT.md shows a grant as it is written") {
  Grant grant;
  grant.client_id = "A";
  grant.issuer = "B";
  grant.user_key = "C";
  grant.user_name = "D";
  grant.user_hpr = "E";
  grant.organisation = "F";
  grant.reason = "G";
  grant.entity = example_id();
  grant.parts.set(1);
  grant.purpose = EmergencyPurpose::btg;
  grant.opened = Instant{1};
  grant.expires = Instant{2};
  grant.review_by = Instant{3};
  grant.review = GrantReview{ReviewOutcome::justified, "H", "I", Instant{4}};
  std::string shown = table("Grant").front()[1];
  std::erase(shown, ' ');
  const std::string written = write_grant(grant);
  CHECK(shown == hex(written));
  const auto read = read_grant(key_of_number(258), written);
  REQUIRE(read.has_value());
  CHECK(read->number == 258);
  CHECK(write_grant(*read) == written);
  for (std::size_t bytes = 0; bytes < written.size(); ++bytes) {
    CHECK_FALSE(read_grant(key_of_number(258), written.substr(0, bytes)).has_value());
  }
  CHECK_FALSE(read_grant("short", written).has_value());
}

TEST_CASE("FORMAT.md gives every field its place") {
  const auto rows = table("Layouts");
  REQUIRE(rows.size() == fields.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Field& field = fields[i];
    CAPTURE(field.structure);
    CAPTURE(field.name);
    CHECK(rows[i][0] == field.structure);
    CHECK(rows[i][1] == field.name);
    CHECK(rows[i][2] == (field.name.empty() ? "" : std::to_string(field.offset)));
    CHECK(rows[i][3] == std::to_string(field.bytes));
  }
}

TEST_CASE("FORMAT.md names every stored number") {
  std::map<std::string, std::string> named;
  std::size_t types = 0;
  for (const Cells& row : table("Numbers that are stored")) {
    if (row[0] == "identifier type") {
      const auto type = static_cast<IdentifierType>(std::stoi(row[1]));
      CHECK(row[2] == code_of(type));
      CHECK(identifier_type_of(row[2]) == type);
      ++types;
    } else {
      named[row[0] + ' ' + row[2]] = row[1];
    }
  }
  CHECK(types == 13);
  CHECK(code_of(static_cast<IdentifierType>(types + 1)).empty());
  const auto number = [](auto value) { return std::to_string(static_cast<int>(value)); };
  const std::map<std::string, std::string> coded{
      {"source folkeregisteret", number(Source::folkeregisteret)},
      {"source hjelpenummer", number(Source::hjelpenummer)},
      {"source kontaktregisteret", number(Source::kontaktregisteret)},
      {"source links", number(Source::links)},
      {"grading unclassified", number(Grading::unclassified)},
      {"grading client_address", number(Grading::client_address)},
      {"grading confidential", number(Grading::confidential)},
      {"grading strictly_confidential", number(Grading::strictly_confidential)},
      {"validity unsaid", number(Validity::unsaid)},
      {"validity valid", number(Validity::valid)},
      {"validity not_valid", number(Validity::not_valid)},
      {"domain person", number(EntityKind::person)},
      {"domain personell", number(EntityKind::personell)},
      {"domain virksomhet", number(EntityKind::virksomhet)},
      {"cause unknown", number(EventCause::unknown)},
      {"cause life_event", number(EventCause::life_event)},
      {"cause correction", number(EventCause::correction)},
      {"cause annulment", number(EventCause::annulment)},
      {"cause administrative", number(EventCause::administrative)},
      {"emergency purpose ETREAT", number(EmergencyPurpose::etreat)},
      {"emergency purpose BTG", number(EmergencyPurpose::btg)},
      {"review outcome justified", number(ReviewOutcome::justified)},
      {"review outcome unjustified", number(ReviewOutcome::unjustified)}};
  CHECK(named == coded);
  CHECK(hidden_event == 255);
  CHECK(person_part_count == 35);
  CHECK(event_type_count == 57);
}

TEST_CASE("FORMAT.md tells the format numbers that are written") {
  const std::string text = whole_text();
  CHECK(text.find("**Directory format " + std::to_string(directory_format) + "**") !=
        std::string::npos);
  CHECK(text.find("**Document format " + std::to_string(document_format) + "**") !=
        std::string::npos);
  CHECK(text.find("**client format " + std::to_string(client_format) + "**") != std::string::npos);
  CHECK(text.find("**grant format " + std::to_string(grant_format) + "**") != std::string::npos);
}

TEST_CASE("a current and a past value lie as FORMAT.md says") {
  Entity entity;
  entity.identifiers.push_back({IdentifierType::hnr, true, false, true, "77", "AB"});
  Row current{{}, R"({"isValid":true,"x":1})", R"({"o":1})", R"({"v":1})"};
  current.entry.part = PersonPart::name;
  current.entry.validity = Validity::valid;
  current.entry.metadata_bytes = 15;
  Row historic = current;
  historic.entry.validity = Validity::not_valid;
  historic.entry.ordinal = 1;
  entity.rows = {current, historic};
  const std::string bytes = entity.encode_current();
  const std::string held = std::string("\x04\x05\x02\x02", 4) + "77AB";
  REQUIRE(bytes.size() > 120 + held.size() + 64);
  CHECK(bytes.substr(120, held.size()) == held);
  CHECK(bytes.substr(120 + held.size() + 64) ==
        R"(,"name":[{"isValid":true,"x":1}]{"o":1}{"v":1})");
  const std::string past = entity.encode_past();
  CHECK(past.substr(0, 8) == std::string("\x01\x01\x01\x00\x00\x00\x00\x00", 8));
  CHECK(past.substr(8 + 64) == R"({"isValid":true,"x":1}{"o":1}{"v":1})");
}
