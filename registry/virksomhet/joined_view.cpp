#include "registry/virksomhet/joined_view.h"

#include "registry/candidates/row_fields.h"
#include "registry/virksomhet/folding.h"
#include "registry/virksomhet/node_json.h"

#include <algorithm>
#include <map>
#include <utility>

namespace grunndata::registry::virksomhet {

namespace {

constexpr std::size_t body_begin = 1; ///< rows of nodes have no metadata before their body

std::vector<JoinedValue>& of(JoinedValues& values, JoinedField field) noexcept {
  return values[static_cast<std::size_t>(field) - 1];
}

bool is_of_place(JoinedField field) noexcept {
  return field == JoinedField::visiting_address || field == JoinedField::position;
}

/// Adds a row to what its source says of the field.
void take(std::vector<JoinedValue>& values, Likeness likeness, const EntityId& node,
          const NodeRow& row, const CodeTexts& texts) {
  auto value = std::ranges::find_if(values, [&](const JoinedValue& known) {
    return known.node == node && known.source == row.entry.source;
  });
  if (value == values.end()) {
    value = values.insert(values.end(), {node, row.entry.source, "[", {}});
  }
  value->body.append(value->body.size() > 1 ? "," : "");
  value->body.append(row.text.substr(0, row.text.size() - 1));
  texts.append(value->body, row.entry.part, row.text);
  value->body += '}';
  const std::string compared = folded(likeness, row.text);
  value->folded.append(value->folded.empty() || compared.empty() ? "" : " | ").append(compared);
}

/// In use or not: that a unit is prepared or removed is no other word.
std::string folded_status(std::string_view row) {
  std::string room;
  const auto status = find_node_status(
      candidates::text_of(row, body_begin, "status", room).value_or(std::string_view{}));
  return status == NodeStatus::opphort || status == NodeStatus::fjernet ? "ended" : "in use";
}

void take_rows(const Node& node, const EntityId& id, bool place_alone, const Authority& authority,
               const CodeTexts& texts, JoinedValues& values) {
  for (const JoinedFieldFacts& facts : joined_fields) {
    if (place_alone && !is_of_place(facts.field)) {
      continue;
    }
    std::vector<JoinedValue> found;
    std::map<NodeSource, NodePart> part_of; // of a source the first part that has rows counts
    for (std::size_t i = 0; i < facts.part_count; ++i) {
      for (const NodeRow& row : node.rows) {
        const NodePart part = facts.parts[i];
        const bool shown = is_shown(row, node.header) || row.entry.part == NodePart::life;
        if (row.entry.part != part || !shown ||
            !authority.rank(facts.field, row.entry.source) ||
            part_of.try_emplace(row.entry.source, part).first->second != part) {
          continue;
        }
        take(found, facts.likeness, id, row, texts);
        if (facts.field == JoinedField::status) {
          found.back().folded = folded_status(row.text);
        }
      }
    }
    for (JoinedValue& value : found) {
      value.body += ']';
      of(values, facts.field).push_back(std::move(value));
    }
  }
}

/// An organisasjonsnummer: its own, or of what it belongs to.
Result<void> take_orgnr(const Structure& structure, const Node& node, const EntityId& id,
                        const Authority& authority, JoinedValues& values) {
  const auto add = [&](NodeSource source, std::string_view number) {
    if (authority.rank(JoinedField::orgnr, source)) {
      of(values, JoinedField::orgnr)
          .push_back({id, source, R"([{"number":")" + std::string(number) + R"("}])",
                      std::string(number)});
    }
  };
  const HeldNumber& key = node.numbers.front();
  if (key.entry.system == IdentifierSystem::orgnr) {
    add(NodeSource::enhetsregisteret, key.text);
    return {};
  }
  const auto uppers = structure.uppers(id);
  if (!uppers) {
    return tl::unexpected(uppers.error());
  }
  for (const NodeUpper& upper : *uppers) {
    if (upper.type != NodeRelation::tilhorer) {
      continue;
    }
    const auto summary = structure.summary(upper.upper);
    if (!summary) {
      return tl::unexpected(summary.error());
    }
    if (summary->key.system == IdentifierSystem::orgnr) {
      add(upper.source, summary->key.text);
    }
  }
  return {};
}

Result<void> take_places(const Structure& structure, const EntityId& id,
                         const Authority& authority, JoinedValues& values) {
  const auto uppers = structure.uppers(id);
  if (!uppers) {
    return tl::unexpected(uppers.error());
  }
  for (const NodeUpper& upper : *uppers) {
    if (upper.type != NodeRelation::geografisk || upper.kind != RelationKind::primary) {
      continue;
    }
    Structure::NodeRoom room;
    const auto place = structure.node(upper.upper, room);
    if (!place && place.error().code == ErrorCode::not_known_then) {
      continue;
    }
    if (!place) {
      return tl::unexpected(place.error());
    }
    take_rows(*place, upper.upper, true, authority, {}, values);
  }
  return {};
}

void append_text(std::string& out, std::string_view name, std::string_view text) {
  out.append(",\"").append(name).append("\":");
  append_json_text(out, text);
}

} // namespace

Result<JoinedValues> values_of(const Structure& structure, const EntityId& id,
                               const Authority& authority, const CodeTexts& texts) {
  JoinedValues values;
  Structure::NodeRoom room;
  const auto node = structure.node(id, room);
  if (!node) {
    return tl::unexpected(node.error());
  }
  if (node->numbers.empty()) {
    return fail(ErrorCode::corrupt, "a node without a number");
  }
  if (auto taken = take_orgnr(structure, *node, id, authority, values); !taken) {
    return tl::unexpected(taken.error());
  }
  take_rows(*node, id, false, authority, texts, values);
  if (auto taken = take_places(structure, id, authority, values); !taken) {
    return tl::unexpected(taken.error());
  }
  for (const JoinedFieldFacts& facts : joined_fields) {
    std::ranges::stable_sort(of(values, facts.field), {}, [&](const JoinedValue& value) {
      return authority.rank(facts.field, value.source).value_or(0);
    });
  }
  return values;
}

Result<std::vector<EntityId>> equals_of(const Structure& structure, const EntityId& node) {
  std::vector<EntityId> equals;
  const auto add = [&](const EntityId& other) {
    if (other != node && std::ranges::count(equals, other) == 0) {
      equals.push_back(other);
    }
  };
  const auto uppers = structure.uppers(node);
  if (!uppers) {
    return tl::unexpected(uppers.error());
  }
  for (const NodeUpper& upper : *uppers) {
    if (upper.type == NodeRelation::tilsvarer && upper.kind == RelationKind::equal) {
      add(upper.upper);
    }
  }
  const auto lowers = structure.lowers(node, NodeRelation::tilsvarer);
  if (!lowers) {
    return tl::unexpected(lowers.error());
  }
  for (const Descendant& lower : *lowers) {
    if (lower.kind == RelationKind::equal) {
      add(lower.id);
    }
  }
  return equals;
}

Result<JoinedView> joined_view(const Structure& structure, const EntityId& node,
                               const Authority& authority, const CodeTexts& texts) {
  JoinedView view;
  view.nodes.push_back(node);
  const auto equals = equals_of(structure, node);
  if (!equals) {
    return tl::unexpected(equals.error());
  }
  view.nodes.insert(view.nodes.end(), equals->begin(), equals->end());
  for (const EntityId& one : view.nodes) {
    auto values = values_of(structure, one, authority, texts);
    if (!values) {
      return tl::unexpected(values.error());
    }
    for (std::size_t i = 0; i < joined_field_count; ++i) {
      std::ranges::move((*values)[i], std::back_inserter(view.values[i]));
    }
  }
  for (const JoinedFieldFacts& facts : joined_fields) {
    std::ranges::stable_sort(of(view.values, facts.field), {}, [&](const JoinedValue& value) {
      return authority.rank(facts.field, value.source).value_or(0);
    });
  }
  return view;
}

bool differ(JoinedField field, const JoinedValue& a, const JoinedValue& b) noexcept {
  return facts_of(field).likeness != Likeness::never && !a.folded.empty() && !b.folded.empty() &&
         a.folded != b.folded;
}

void append_json(std::string& out, const Structure& structure, const JoinedValue& value) {
  out += R"({"source":)";
  append_json_text(out, name_of(value.source));
  append_text(out, "node", view_of(structure.registry().ids().seal(value.node)));
  out.append(R"(,"rows":)").append(value.body).append("}");
}

Result<void> append_json(std::string& out, const Structure& structure, const JoinedView& view) {
  const auto summaries = structure.summaries(view.nodes);
  if (!summaries) {
    return tl::unexpected(summaries.error());
  }
  out += R"({"nodes":[)";
  for (const NodeSummary& summary : *summaries) {
    out += &summary == &summaries->front() ? "" : ",";
    append_json(out, summary);
  }
  out += R"(],"fields":[)";
  for (const JoinedFieldFacts& facts : joined_fields) {
    const std::vector<JoinedValue>& values =
        view.values[static_cast<std::size_t>(facts.field) - 1];
    if (values.empty()) {
      continue;
    }
    out += out.back() == '[' ? R"({"field":)" : R"(,{"field":)";
    append_json_text(out, facts.name);
    out += R"(,"counts":)";
    append_json(out, structure, values.front());
    out += R"(,"others":[)";
    bool differs = false;
    for (const JoinedValue& value : std::span(values).subspan(1)) {
      out += out.back() == '[' ? "" : ",";
      append_json(out, structure, value);
      differs = differs || differ(facts.field, values.front(), value);
    }
    out += differs ? R"(],"differs":true})" : R"(],"differs":false})";
  }
  out += "]}";
  return {};
}

} // namespace grunndata::registry::virksomhet
