#include "registry/virksomhet/node_json.h"

#include "registry/date_text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace grunndata::registry::virksomhet {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

constexpr std::size_t word_bytes = sizeof(std::uint64_t);

/// Whether none of the next eight characters needs an escape: no control character, quotation mark
/// or backslash. May say no of some that do not (one above DEL beside one below a space).
bool is_plain(const char* text) noexcept {
  constexpr std::uint64_t ones = ~std::uint64_t{0} / 0xFF;
  constexpr std::uint64_t tops = ones * 0x80;
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  const auto has_zero = [](std::uint64_t x) { return (x - ones) & ~x & tops; };
  const std::uint64_t below_space = (word - ones * ' ') & ~word & tops;
  return (below_space | has_zero(word ^ (ones * '"')) | has_zero(word ^ (ones * '\\'))) == 0;
}

void append_number(std::string& out, const NodeKey& key) {
  out += R"("system":)";
  append_json_text(out, code_of(key.system));
  append_json_member(out, "number", key.text);
  if (!key.assigner.empty()) {
    append_json_member(out, "assigner", key.assigner);
  }
}

bool tells_a_name(NodePart part) noexcept {
  return part == NodePart::name || part == NodePart::display_name || part == NodePart::short_name;
}

/// Whether there was a row of a natural person among those written.
bool append_rows(std::string& out, const Node& node, const NodeSight& sight,
                 const CodeTexts& texts) {
  out += R"(,"parts":{)";
  const NodeRow* before = nullptr;
  bool tells_of_a_person = false;
  for (const NodeRow& row : node.rows) {
    if (!is_shown(row, node.header, sight)) {
      continue;
    }
    tells_of_a_person = tells_of_a_person || (row.entry.marks & mark::personal) != 0;
    if (before == nullptr || before->entry.part != row.entry.part) {
      out += before == nullptr ? "\"" : "],\"";
      out.append(facts_of(row.entry.part).property).append("\":[");
    } else {
      out += ',';
    }
    before = &row;
    out += R"({"source":)";
    append_json_text(out, name_of(row.entry.source));
    append_json_period(out, row.entry.valid_from, row.entry.valid_to, row.entry.marks);
    const std::string_view body = row.text.substr(1, row.text.size() - 2);
    if (!body.empty()) {
      out.append(",").append(body);
      texts.append(out, row.entry.part, row.text);
    }
    out += '}';
  }
  out += before == nullptr ? "}" : "]}";
  return tells_of_a_person;
}

void append_numbers(std::string& out, const Node& node, const Structure& structure,
                    bool with_history) {
  out += R"(,"numbers":[)";
  for (const HeldNumber& number : node.numbers) {
    if (!with_history &&
        !holds_at(number.entry.valid_from, number.entry.valid_to, structure.valid())) {
      continue;
    }
    out += out.back() == '[' ? "{" : ",{";
    append_number(out, number.key());
    append_json_member(out, "source", name_of(number.entry.source));
    append_json_period(out, number.entry.valid_from, number.entry.valid_to, number.entry.marks);
    out += '}';
  }
  out += ']';
}

Result<void> append_uppers(std::string& out, const Structure& structure, const EntityId& node,
                           bool with_history) {
  const auto uppers =
      with_history ? structure.uppers_with_history(node) : structure.uppers(node);
  if (!uppers) {
    return tl::unexpected(uppers.error());
  }
  out += R"(,"relations":[)";
  for (const NodeUpper& upper : *uppers) {
    auto summary = structure.summary(upper.upper);
    if (!summary) {
      return tl::unexpected(summary.error());
    }
    if (summary->is_hidden) {
      continue;
    }
    out += out.back() == '[' ? "{" : ",{";
    append_json(out, upper);
    out += R"(,"to":)";
    // Of natural persons only what was asked for: the audit log names one node.
    summary->name_is_shown = summary->name_is_shown && !summary->name_is_personal;
    append_json(out, *summary);
    out += '}';
  }
  out += ']';
  return {};
}

} // namespace

std::string_view shown_name(const NodeSummary& node) noexcept {
  return node.name_is_shown ? std::string_view(node.name) : std::string_view{};
}

bool is_seen(NodePart part, bool is_personal, bool name_is_withheld,
             const NodeSight& sight) noexcept {
  return (!is_personal || sight.personal) &&
         (!name_is_withheld || sight.withheld || !tells_a_name(part));
}

bool is_shown(const NodeRow& row, const NodeHeader& header, const NodeSight& sight) noexcept {
  const bool is_personal = (row.entry.marks & mark::personal) != 0;
  return row.entry.part != NodePart::life &&
         is_seen(row.entry.part, is_personal, header.withholds_name(), sight);
}

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  std::size_t done = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    while (at + word_bytes <= text.size() && is_plain(text.data() + at)) {
      at += word_bytes;
    }
    if (at == text.size()) {
      break;
    }
    const char c = text[at];
    if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= ' ') {
      continue;
    }
    out.append(text, done, at - done);
    done = at + 1;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else {
      out += "\\u00";
      out += hex_digits[static_cast<unsigned char>(c) >> 4U];
      out += hex_digits[static_cast<unsigned char>(c) & 0xFU];
    }
  }
  out.append(text, done);
  out += '"';
}

void append_json_member(std::string& out, std::string_view name, std::string_view text) {
  out.append(",\"").append(name).append("\":");
  append_json_text(out, text);
}

void append_json_time(std::string& out, std::string_view name, std::int64_t when) {
  if (when != no_instant) {
    out.append(",\"").append(name).append("\":\"");
    append_date_or_instant(out, Instant{when});
    out += '"';
  }
}

void append_json_period(std::string& out, std::int64_t from, std::int64_t to,
                        std::uint8_t marks) {
  append_json_time(out, "validFrom", from);
  append_json_time(out, "validTo", to);
  if ((marks & mark::from_observed) != 0) {
    out += R"(,"beginObserved":true)";
  }
  if ((marks & mark::end_observed) != 0) {
    out += R"(,"endObserved":true)";
  }
}

void append_json(std::string& out, const NodeUpper& relation) {
  out += R"("type":)";
  append_json_text(out, name_of(relation.type));
  if (relation.kind != RelationKind::none) {
    append_json_member(out, "kind", name_of(relation.kind));
  }
  append_json_member(out, "source", name_of(relation.source));
  append_json_period(out, relation.valid_from, relation.valid_to, relation.marks);
}

void append_json(std::string& out, const NodeKey& number) {
  out += '{';
  append_number(out, number);
  out += '}';
}

void append_json(std::string& out, const NodeSummary& node) {
  out += R"({"id":)";
  append_json_text(out, view_of(node.external_id));
  out += ',';
  append_number(out, node.key.view());
  append_json_member(out, "type", name_of(node.type));
  append_json_member(out, "status", name_of(node.status));
  if (!shown_name(node).empty()) {
    append_json_member(out, "name", shown_name(node));
  }
  if (node.name_is_withheld || node.name_is_personal) {
    out += R"(,"nameIsWithheld":true)";
  }
  if (node.administrative) {
    out += R"(,"isAdministrative":true)";
  }
  append_json_time(out, "opened", node.opened ? node.opened->microseconds : no_instant);
  append_json_time(out, "closed", node.closed ? node.closed->microseconds : no_instant);
  out += '}';
}

Result<bool> append_node(std::string& out, const Structure& structure, const EntityId& id,
                         const NodeTelling& telling) {
  Structure::ToldNode told;
  if (auto read = structure.tell(id, told); !read) {
    return tl::unexpected(read.error());
  }
  return append_node(out, structure, told, telling);
}

Result<bool> append_node(std::string& out, const Structure& structure,
                         const Structure::ToldNode& told, const NodeTelling& telling) {
  const NodeSummary& summary = told.summary;
  Structure::NodeRoom room;
  Node with_history;
  if (telling.with_history) {
    auto read = structure.node_with_history(summary.id, room);
    if (!read) {
      return tl::unexpected(read.error());
    }
    with_history = std::move(*read);
  }
  const Node& node = telling.with_history ? with_history : told.node;
  append_json(out, summary);
  out.pop_back();
  append_numbers(out, node, structure, telling.with_history);
  const bool tells_of_a_person = append_rows(out, node, structure.sight(), telling.texts);
  if (auto appended = append_uppers(out, structure, summary.id, telling.with_history); !appended) {
    return tl::unexpected(appended.error());
  }
  out += '}';
  return tells_of_a_person || (summary.name_is_personal && summary.name_is_shown);
}

Result<void> append_json(std::string& out, const Structure& structure,
                         const std::vector<CrossAnswer>& answers) {
  out += '[';
  for (const CrossAnswer& answer : answers) {
    const auto summary = structure.summary(answer.node);
    if (!summary) {
      return tl::unexpected(summary.error());
    }
    const bool is_own = answer.way == CrossWay::direct && answer.inherited_from == 0;
    if (summary->is_hidden && !is_own) {
      continue;
    }
    out += out.back() == '[' ? "{" : ",{";
    append_number(out, answer.number.view());
    append_json_member(out, "way", name_of(answer.way));
    if (answer.kind != RelationKind::none) {
      append_json_member(out, "kind", name_of(answer.kind));
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
