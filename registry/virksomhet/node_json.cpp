#include "registry/virksomhet/node_json.h"

#include <algorithm>

namespace grunndata::registry::virksomhet {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

void append_member(std::string& out, std::string_view name, std::string_view text) {
  out.append(",\"").append(name).append("\":");
  append_json_text(out, text);
}

void append_time(std::string& out, std::string_view name, std::int64_t when) {
  if (when != no_instant) {
    append_member(out, name, format_instant(Instant{when}));
  }
}

void append_period(std::string& out, std::int64_t from, std::int64_t to, std::uint8_t marks) {
  append_time(out, "validFrom", from);
  append_time(out, "validTo", to);
  if ((marks & mark::from_observed) != 0) {
    out += R"(,"beginObserved":true)";
  }
  if ((marks & mark::end_observed) != 0) {
    out += R"(,"endObserved":true)";
  }
}

void append_number(std::string& out, IdentifierSystem system, std::string_view text,
                   std::string_view assigner) {
  out += R"("system":)";
  append_json_text(out, code_of(system));
  append_member(out, "number", text);
  if (!assigner.empty()) {
    append_member(out, "assigner", assigner);
  }
}

bool tells_a_name(NodePart part) noexcept {
  return part == NodePart::name || part == NodePart::display_name || part == NodePart::short_name;
}

void append_rows(std::string& out, const Node& node) {
  out += R"(,"parts":{)";
  const NodeRow* before = nullptr;
  for (const NodeRow& row : node.rows) {
    if (!is_shown(row, node.header)) {
      continue;
    }
    if (before == nullptr || before->entry.part != row.entry.part) {
      out += before == nullptr ? "\"" : "],\"";
      out.append(facts_of(row.entry.part).property).append("\":[");
    } else {
      out += ',';
    }
    before = &row;
    out += R"({"source":)";
    append_json_text(out, name_of(row.entry.source));
    append_period(out, row.entry.valid_from, row.entry.valid_to, row.entry.marks);
    const std::string_view body = row.text.substr(1, row.text.size() - 2);
    if (!body.empty()) {
      out.append(",").append(body);
    }
    out += '}';
  }
  out += before == nullptr ? "}" : "]}";
}

void append_numbers(std::string& out, const Node& node, std::int64_t valid) {
  out += R"(,"numbers":[)";
  bool first = true;
  for (const HeldNumber& number : node.numbers) {
    if (!holds_at(number.entry.valid_from, number.entry.valid_to, valid)) {
      continue;
    }
    out += first ? "{" : ",{";
    first = false;
    append_number(out, number.entry.system, number.text, number.assigner);
    append_member(out, "source", name_of(number.entry.source));
    append_period(out, number.entry.valid_from, number.entry.valid_to, number.entry.marks);
    out += '}';
  }
  out += ']';
}

Result<void> append_uppers(std::string& out, const Structure& structure, const EntityId& node) {
  const auto uppers = structure.uppers(node);
  if (!uppers) {
    return tl::unexpected(uppers.error());
  }
  out += R"(,"relations":[)";
  for (const NodeUpper& upper : *uppers) {
    const auto summary = structure.summary(upper.upper);
    if (!summary) {
      return tl::unexpected(summary.error());
    }
    out += &upper == &uppers->front() ? R"({"type":)" : R"(,{"type":)";
    append_json_text(out, name_of(upper.type));
    if (upper.kind != RelationKind::none) {
      append_member(out, "kind", name_of(upper.kind));
    }
    append_member(out, "source", name_of(upper.source));
    append_period(out, upper.valid_from, upper.valid_to, upper.marks);
    out += R"(,"to":)";
    append_json(out, *summary);
    out += '}';
  }
  out += ']';
  return {};
}

} // namespace

bool is_shown(const NodeRow& row, const NodeHeader& header) noexcept {
  return (row.entry.marks & mark::personal) == 0 && row.entry.part != NodePart::life &&
         !(header.withholds_name() && tells_a_name(row.entry.part));
}

std::string_view shown_name(const NodeSummary& node) noexcept {
  return node.name_is_withheld || node.name_is_personal ? std::string_view{}
                                                        : std::string_view(node.name);
}

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < ' ') {
      out += "\\u00";
      out += hex_digits[static_cast<unsigned char>(c) >> 4U];
      out += hex_digits[static_cast<unsigned char>(c) & 0xFU];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_json(std::string& out, const NodeSummary& node) {
  out += R"({"id":)";
  append_json_text(out, view_of(node.external_id));
  out += ',';
  append_number(out, node.key.system, node.key.text, node.key.assigner);
  append_member(out, "type", name_of(node.type));
  append_member(out, "status", name_of(node.status));
  if (!shown_name(node).empty()) {
    append_member(out, "name", shown_name(node));
  }
  if (node.name_is_withheld || node.name_is_personal) {
    out += R"(,"nameIsWithheld":true)";
  }
  if (node.administrative) {
    out += R"(,"isAdministrative":true)";
  }
  append_time(out, "opened", node.opened ? node.opened->microseconds : no_instant);
  append_time(out, "closed", node.closed ? node.closed->microseconds : no_instant);
  out += '}';
}

Result<void> append_node(std::string& out, const Structure& structure, const EntityId& id) {
  const auto summary = structure.summary(id);
  if (!summary) {
    return tl::unexpected(summary.error());
  }
  Structure::NodeRoom room;
  const auto node = structure.node(id, room);
  if (!node) {
    return tl::unexpected(node.error());
  }
  append_json(out, *summary);
  out.pop_back();
  append_numbers(out, *node, structure.valid());
  append_rows(out, *node);
  if (auto appended = append_uppers(out, structure, id); !appended) {
    return appended;
  }
  out += '}';
  return {};
}

Result<void> append_json(std::string& out, const Structure& structure,
                         const std::vector<CrossAnswer>& answers) {
  out += '[';
  for (const CrossAnswer& answer : answers) {
    const auto summary = structure.summary(answer.node);
    if (!summary) {
      return tl::unexpected(summary.error());
    }
    out += &answer == &answers.front() ? "{" : ",{";
    append_number(out, answer.number.system, answer.number.text, answer.number.assigner);
    append_member(out, "way", name_of(answer.way));
    if (answer.kind != RelationKind::none) {
      append_member(out, "kind", name_of(answer.kind));
      out.append(R"(,"confidence":)").append(std::to_string(answer.confidence));
    }
    if (answer.inherited_from != 0) {
      out.append(R"(,"inheritedFrom":)").append(std::to_string(answer.inherited_from));
    }
    out += R"(,"node":)";
    append_json(out, *summary);
    out += '}';
  }
  out += ']';
  return {};
}

} // namespace grunndata::registry::virksomhet
