// Numbers of nodes: what is one, and how it is written.
#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>

#include <array>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;

TEST_CASE("a number is written with its system and read back") {
  for (const char* text : {"ENH:310000140", "RSH:4990050", "HER:8990021", "GLN:7099999000040",
                           "HPR:999000002", "LOK:310000639:team-7", "LOC:loc-0001",
                           "XXX:ENH:310000141"}) {
    CAPTURE(text);
    const auto key = parse_node_key(text);
    REQUIRE(key.has_value());
    CHECK(to_text(key->view()) == text);
  }
}

TEST_CASE("what is no number is refused, without being repeated") {
  for (const char* text :
       {"", "310000140", "ENH:310000141", "ENH:", "GLN:7099999000041", "RSH:0", "RSH:04990050",
        "RSH:-1", "HER:12345678901234", "LOK:team-7", "LOK:310000141:team-7", "LOC:a b", "ABC:1",
        "XXX:ABC:1"}) {
    CAPTURE(text);
    const auto key = parse_node_key(text);
    REQUIRE_FALSE(key.has_value());
    CHECK(key.error().code == ErrorCode::invalid);
    CHECK(key.error().message.find("310000141") == std::string::npos);
  }
}

TEST_CASE("every stored value has a name, and every name a value") {
  for (unsigned i = 1; i < 256; ++i) {
    const auto check_pair = [i](auto value, auto find) {
      const auto name = name_of(value);
      if (!name.empty()) CHECK(find(name) == value);
      (void)i;
    };
    check_pair(static_cast<NodeType>(i), find_node_type);
    check_pair(static_cast<NodeStatus>(i), find_node_status);
    check_pair(static_cast<NodeRelation>(i), find_node_relation);
    check_pair(static_cast<RelationKind>(i), find_relation_kind);
    check_pair(static_cast<NodeSource>(i), find_node_source);
    check_pair(static_cast<NodeEventType>(i), find_node_event_type);
    const auto system = static_cast<IdentifierSystem>(i);
    if (!code_of(system).empty()) CHECK(find_identifier_system(code_of(system)) == system);
  }
  for (std::size_t i = 0; i < node_part_count; ++i) {
    CHECK(static_cast<std::size_t>(node_parts[i].part) == i);
    CHECK(find_node_part(node_parts[i].property) == node_parts[i].part);
  }
  CHECK_FALSE(find_node_type("FORENING").has_value());
  CHECK_FALSE(find_node_relation("").has_value());
}
