// Holds registry/virksomhet/FORMAT.md against the code.
#include "registry/virksomhet/stored.h"
#include "registry/virksomhet/suggestions.h"
#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <fstream>
#include <map>
#include <string>
#include <vector>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;

namespace {

using Cells = std::vector<std::string>;

std::string trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return std::string(text);
}

std::vector<Cells> table(std::string_view heading) {
  std::ifstream file("registry/virksomhet/FORMAT.md");
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

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += digits[static_cast<unsigned char>(c) >> 4U];
    text += digits[static_cast<unsigned char>(c) & 0xFU];
  }
  return text;
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

const std::vector<Field>& fields() {
  static const std::vector<Field> all{
      field("NodeHeader", "format", &NodeHeader::format),
      field("NodeHeader", "domain", &NodeHeader::domain),
      field("NodeHeader", "type", &NodeHeader::type),
      field("NodeHeader", "status", &NodeHeader::status),
      field("NodeHeader", "row_count", &NodeHeader::row_count),
      field("NodeHeader", "number_count", &NodeHeader::number_count),
      field("NodeHeader", "sequence_newest", &NodeHeader::sequence_newest),
      field("NodeHeader", "sequence_first", &NodeHeader::sequence_first),
      field("NodeHeader", "opened", &NodeHeader::opened),
      field("NodeHeader", "closed", &NodeHeader::closed),
      field("NodeHeader", "external_id", &NodeHeader::external_id),
      field("NodeHeader", "flags", &NodeHeader::flags),
      Field{"NodeHeader", "", 0, sizeof(NodeHeader)},
      field("NodeRowEntry", "valid_from", &NodeRowEntry::valid_from),
      field("NodeRowEntry", "valid_to", &NodeRowEntry::valid_to),
      field("NodeRowEntry", "recorded_from", &NodeRowEntry::recorded_from),
      field("NodeRowEntry", "recorded_to", &NodeRowEntry::recorded_to),
      field("NodeRowEntry", "row_begin", &NodeRowEntry::row_begin),
      field("NodeRowEntry", "row_size", &NodeRowEntry::row_size),
      field("NodeRowEntry", "ordinal", &NodeRowEntry::ordinal),
      field("NodeRowEntry", "part", &NodeRowEntry::part),
      field("NodeRowEntry", "source", &NodeRowEntry::source),
      field("NodeRowEntry", "marks", &NodeRowEntry::marks),
      Field{"NodeRowEntry", "", 0, sizeof(NodeRowEntry)},
      field("NumberEntry", "valid_from", &NumberEntry::valid_from),
      field("NumberEntry", "valid_to", &NumberEntry::valid_to),
      field("NumberEntry", "recorded_from", &NumberEntry::recorded_from),
      field("NumberEntry", "recorded_to", &NumberEntry::recorded_to),
      field("NumberEntry", "system", &NumberEntry::system),
      field("NumberEntry", "use", &NumberEntry::use),
      field("NumberEntry", "gln_roles", &NumberEntry::gln_roles),
      field("NumberEntry", "source", &NumberEntry::source),
      field("NumberEntry", "marks", &NumberEntry::marks),
      field("NumberEntry", "text_size", &NumberEntry::text_size),
      field("NumberEntry", "assigner_size", &NumberEntry::assigner_size),
      Field{"NumberEntry", "", 0, sizeof(NumberEntry)},
      field("NumberOwner", "node", &NumberOwner::node),
      field("NumberOwner", "recorded_from", &NumberOwner::recorded_from),
      field("NumberOwner", "recorded_to", &NumberOwner::recorded_to),
      field("NumberOwner", "type", &NumberOwner::type),
      field("NumberOwner", "is_key", &NumberOwner::is_key),
      field("NumberOwner", "is_legal_parent", &NumberOwner::is_legal_parent),
      Field{"NumberOwner", "", 0, sizeof(NumberOwner)},
      field("StoredRelation", "id", &StoredRelation::id),
      field("StoredRelation", "upper", &StoredRelation::upper),
      field("StoredRelation", "valid_from", &StoredRelation::valid_from),
      field("StoredRelation", "valid_to", &StoredRelation::valid_to),
      field("StoredRelation", "recorded_from", &StoredRelation::recorded_from),
      field("StoredRelation", "recorded_to", &StoredRelation::recorded_to),
      field("StoredRelation", "type", &StoredRelation::type),
      field("StoredRelation", "kind", &StoredRelation::kind),
      field("StoredRelation", "source", &StoredRelation::source),
      field("StoredRelation", "marks", &StoredRelation::marks),
      field("StoredRelation", "confidence", &StoredRelation::confidence),
      field("StoredRelation", "details_size", &StoredRelation::details_size),
      field("StoredRelation", "event", &StoredRelation::event),
      Field{"StoredRelation", "", 0, sizeof(StoredRelation)},
      field("DownEntry", "id", &DownEntry::id),
      field("DownEntry", "valid_from", &DownEntry::valid_from),
      field("DownEntry", "valid_to", &DownEntry::valid_to),
      field("DownEntry", "recorded_from", &DownEntry::recorded_from),
      field("DownEntry", "recorded_to", &DownEntry::recorded_to),
      field("DownEntry", "opened", &DownEntry::opened),
      field("DownEntry", "closed", &DownEntry::closed),
      field("DownEntry", "kind", &DownEntry::kind),
      field("DownEntry", "source", &DownEntry::source),
      field("DownEntry", "lower_type", &DownEntry::lower_type),
      field("DownEntry", "marks", &DownEntry::marks),
      field("DownEntry", "rivals", &DownEntry::rivals),
      Field{"DownEntry", "", 0, sizeof(DownEntry)},
      field("SourceHead", "format", &SourceHead::format),
      field("SourceHead", "describes", &SourceHead::describes),
      field("SourceHead", "extracted_at", &SourceHead::extracted_at),
      field("SourceHead", "hash", &SourceHead::hash),
      Field{"SourceHead", "", 0, sizeof(SourceHead)}};
  return all;
}

} // namespace

TEST_CASE("the structure's FORMAT.md gives every field its place") {
  const auto rows = table("Layouts");
  REQUIRE(rows.size() == fields().size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Field& field = fields()[i];
    CAPTURE(field.structure);
    CAPTURE(field.name);
    CHECK(rows[i][0] == field.structure);
    CHECK(rows[i][1] == field.name);
    CHECK(rows[i][2] == (field.name.empty() ? "" : std::to_string(field.offset)));
    CHECK(rows[i][3] == std::to_string(field.bytes));
  }
}

TEST_CASE("the structure's keys are those of FORMAT.md") {
  EntityId node;
  EntityId upper;
  for (std::size_t i = 0; i < node.bytes.size(); ++i) {
    node.bytes[i] = static_cast<std::uint8_t>(i);
    upper.bytes[i] = 0xFF;
  }
  const std::vector<std::string> keys{
      source_key(node, NodeSource::enhetsregisteret),
      virksomhet::key_of({IdentifierSystem::orgnr, "310000140", {}}),
      virksomhet::key_of({IdentifierSystem::local, "t7", "310000639"}),
      up_key(node),
      down_key(upper, NodeRelation::juridisk, node),
      said_by_key(NodeSource::resh, node),
      event_key(node),
      conflict_key(node),
      suggestion_key(node),
      event_of_key(upper, node)};
  const auto rows = table("Keys, by example");
  REQUIRE(rows.size() == keys.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(rows[i][0]);
    CHECK(rows[i][1] == hex(keys[i]));
  }
  CHECK(down_key(upper, NodeRelation::juridisk, node).size() == down_key_bytes);
}

TEST_CASE("a node is written and read back, and bytes that miss something are refused") {
  Node node;
  HeldNumber number;
  number.entry.system = IdentifierSystem::local;
  number.text = "t7";
  number.assigner = "310000639";
  node.numbers.push_back(number);
  NodeRow now;
  now.text = R"({"name":"A"})";
  now.entry.part = NodePart::name;
  NodeRow before = now;
  before.text = R"({"name":"B"})";
  before.entry.valid_to = 5;
  NodeRow withdrawn = now;
  withdrawn.entry.recorded_to = 9;
  node.rows = {before, withdrawn, now};
  node.sort_rows();
  const std::string current = node.encode_current(10);
  const std::string past = node.encode_past(10);
  const auto read = Node::decode(current, past);
  REQUIRE(read.has_value());
  CHECK(read->numbers.size() == 1);
  CHECK(read->numbers.front().key() == NodeKey{IdentifierSystem::local, "t7", "310000639"});
  CHECK(read->rows.size() == 3);
  CHECK(read->header.row_count == 1);
  CHECK(Node::decode(current, {})->rows.front().text == now.text);
  for (std::size_t bytes = 0; bytes < current.size(); ++bytes) {
    const auto cut = Node::decode(std::string_view(current).substr(0, bytes), {});
    REQUIRE_FALSE(cut.has_value());
    CHECK(cut.error().code == ErrorCode::corrupt);
  }
  for (std::size_t bytes = 1; bytes < past.size(); ++bytes) {
    CHECK_FALSE(Node::decode(current, std::string_view(past).substr(0, bytes)).has_value());
  }
}

TEST_CASE("relations and events that miss bytes are refused") {
  RelationRow row;
  row.details = R"({"a":1})";
  const std::string relations = write_relations({row, row});
  REQUIRE(read_relations(relations)->size() == 2);
  CHECK(read_relations(relations)->back().details == row.details);
  for (std::size_t bytes = 1; bytes < relations.size(); ++bytes) {
    if (bytes == relations.size() / 2) continue; // one whole relation
    CHECK_FALSE(read_relations(std::string_view(relations).substr(0, bytes)).has_value());
  }
  StoredNodeEvent event;
  event.source_key = "k";
  event.details = "{}";
  event.from.resize(2);
  event.to.resize(1);
  const std::string events = write_node_events({event});
  REQUIRE(read_node_events(events).has_value());
  CHECK(read_node_events(events)->front().from.size() == 2);
  for (std::size_t bytes = 0; bytes < events.size(); ++bytes) {
    CHECK_FALSE(read_node_events(std::string_view(events).substr(0, bytes)).has_value());
  }
}
