#include "registry/virksomhet/answers.h"

#include "registry/virksomhet/node_diff.h"
#include "registry/virksomhet/successors.h"

#include <functional>

namespace grunndata::registry::virksomhet {

namespace {

using Failed = tl::unexpected<Error>;

/// `"name":{…}` of the node that was asked about.
Result<void> append_asked(std::string& out, std::string_view name, const Structure& structure,
                          const EntityId& node) {
  const auto summary = structure.summary(node);
  if (!summary) {
    return Failed(summary.error());
  }
  append_json_text(out, name);
  out += ':';
  append_json(out, *summary);
  return {};
}

/// Appends an element, unless the node is hidden. `more` adds to what is told of it.
Result<void> append_element(std::string& out, const Structure& structure, const EntityId& node,
                            const std::function<void(std::string&)>& more = {}) {
  const auto summary = structure.summaries({&node, 1});
  if (!summary) {
    return Failed(summary.error());
  }
  if (summary->front().is_hidden) {
    return {};
  }
  out += out.back() == '[' ? "" : ",";
  append_json(out, summary->front());
  if (more) {
    out.pop_back();
    more(out);
    out += '}';
  }
  return {};
}

Result<void> append_list(std::string& out, std::string_view name, const Structure& structure,
                         const std::vector<EntityId>& nodes) {
  out.append(",\"").append(name).append("\":[");
  for (const EntityId& node : nodes) {
    if (auto appended = append_element(out, structure, node); !appended) {
      return appended;
    }
  }
  out += ']';
  return {};
}

void append_id(std::string& out, std::string_view name, const Structure& structure,
               const EntityId& node) {
  append_json_member(out, name, view_of(structure.registry().ids().seal(node)));
}

Result<bool> is_hidden(const Structure& structure, const EntityId& node) {
  const auto summary = structure.summaries({&node, 1});
  if (!summary) {
    return Failed(summary.error());
  }
  return summary->front().is_hidden;
}

Result<void> append_event(std::string& out, const Structure& structure, const NodeEvent& event) {
  out += R"({"type":)";
  append_json_text(out, name_of(event.type));
  append_json_member(out, "source", name_of(event.source));
  append_json_time(out, "effective", event.effective.microseconds);
  if (event.operational) {
    append_json_time(out, "operational", event.operational->microseconds);
  }
  auto listed = append_list(out, "from", structure, event.from);
  listed = listed ? append_list(out, "to", structure, event.to) : listed;
  if (!event.details.empty()) {
    out.append(R"(,"details":)").append(event.details);
  }
  out += '}';
  return listed;
}

/// `,"name":{"gone":[…],"come":[…]}`
template <typename Rows, typename Append>
Result<void> append_change(std::string& out, std::string_view name, const Rows& gone,
                           const Rows& come, const Append& append) {
  out.append(",\"").append(name).append(R"(":{"gone":[)");
  for (const auto& row : gone) {
    if (auto appended = append(row, false); !appended) {
      return appended;
    }
  }
  out += R"(],"come":[)";
  for (const auto& row : come) {
    if (auto appended = append(row, true); !appended) {
      return appended;
    }
  }
  out += "]}";
  return {};
}

void append_row(std::string& out, const DiffRow& row) {
  out += out.back() == '[' ? R"({"part":)" : R"(,{"part":)";
  append_json_text(out, facts_of(row.part).property);
  append_json_member(out, "source", name_of(row.source));
  const std::string_view body = std::string_view(row.text).substr(1, row.text.size() - 2);
  out.append(body.empty() ? "" : ",").append(body).append("}");
}

} // namespace

Result<void> append_ancestors(std::string& out, const Structure& structure, const EntityId& node,
                              RelationSet types) {
  const auto above = structure.ancestors(node, types);
  if (!above) {
    return Failed(above.error());
  }
  out += '{';
  if (auto appended = append_asked(out, "node", structure, node); !appended) {
    return appended;
  }
  out += R"(,"ancestors":[)";
  for (const Ancestor& ancestor : *above) {
    const auto lower = is_hidden(structure, ancestor.via.lower);
    if (!lower) {
      return Failed(lower.error());
    }
    const auto more = [&](std::string& text) {
      text.append(R"(,"depth":)").append(std::to_string(ancestor.depth));
      text += R"(,"relation":{)";
      append_json(text, ancestor.via);
      text += '}';
      if (!*lower || ancestor.via.lower == node) {
        append_id(text, "lower", structure, ancestor.via.lower);
      }
    };
    if (auto appended = append_element(out, structure, ancestor.id, more); !appended) {
      return appended;
    }
  }
  out += "]}";
  return {};
}

Result<void> append_page(std::string& out, const Structure& structure, const EntityId& root,
                         const SubtreePage& page) {
  out += '{';
  if (auto appended = append_asked(out, "node", structure, root); !appended) {
    return appended;
  }
  out += R"(,"nodes":[)";
  for (const SubtreeLine& line : page.lines) {
    out += out.back() == '[' ? "" : ",";
    append_json(out, line.node);
    out.pop_back();
    out.append(R"(,"depth":)").append(std::to_string(line.depth));
    append_id(out, "parent", structure, line.parent);
    append_json_member(out, "relation", name_of(line.type));
    out += '}';
  }
  out += ']';
  return {};
}

Result<void> append_way(std::string& out, const Structure& structure, const EntityId& from,
                        const EntityId& to, RelationSet types) {
  const auto steps = structure.way(from, to, types);
  if (!steps) {
    return Failed(steps.error());
  }
  out += R"({"steps":[)";
  for (const WayStep& step : *steps) {
    const auto summary = structure.summary(step.id);
    if (!summary) {
      return Failed(summary.error());
    }
    if (summary->is_hidden && step.id != from && step.id != to) {
      continue;
    }
    const bool is_first = &step == &steps->front();
    out += is_first ? R"({"direction":"START")" : R"(,{"direction":)";
    if (!is_first) {
      out += step.upwards ? R"("UP")" : R"("DOWN")";
      append_json_member(out, "relation", name_of(step.type));
    }
    out += R"(,"node":)";
    append_json(out, *summary);
    out += '}';
  }
  out += "]}";
  return {};
}

Result<void> append_legal_root(std::string& out, const Structure& structure,
                               const EntityId& node) {
  const auto root = structure.legal_root(node);
  if (!root) {
    return Failed(root.error());
  }
  out += '{';
  auto appended = append_asked(out, "node", structure, node);
  out += ',';
  appended = appended ? append_asked(out, "legalRoot", structure, root->id) : appended;
  out += root->is_legal ? R"(,"isLegalEntity":true)" : R"(,"isLegalEntity":false)";
  appended = appended ? append_list(out, "way", structure, root->way) : appended;
  out += '}';
  return appended;
}

Result<void> append_crosswalk(std::string& out, const Structure& structure, const EntityId& node,
                              std::optional<IdentifierSystem> target) {
  const auto answers = crosswalk(structure, node, target);
  if (!answers) {
    return Failed(answers.error());
  }
  out += '{';
  auto appended = append_asked(out, "node", structure, node);
  out += R"(,"numbers":)";
  appended = appended ? append_json(out, structure, *answers) : appended;
  out += '}';
  return appended;
}

Result<void> append_successors(std::string& out, const Structure& structure, const EntityId& node,
                               bool transitive) {
  const auto found = successors(structure, node, transitive);
  if (!found) {
    return Failed(found.error());
  }
  out += '{';
  auto appended = append_asked(out, "node", structure, node);
  appended = appended ? append_list(out, "successors", structure, found->leaves) : appended;
  out += R"(,"steps":[)";
  for (const Successors::Step& step : found->steps) {
    const auto from = is_hidden(structure, step.from);
    const auto to = from ? is_hidden(structure, step.to) : from;
    if (!to) {
      return Failed(to.error());
    }
    if ((*from && step.from != node) || *to) {
      continue;
    }
    out += out.back() == '[' ? "{" : ",{";
    std::string ids;
    append_id(ids, "from", structure, step.from);
    append_id(ids, "to", structure, step.to);
    out.append(ids, 1).append(R"(,"event":)");
    appended = appended ? append_event(out, structure, step.event) : appended;
    out += '}';
  }
  out += found->complete ? R"(],"isComplete":true})" : R"(],"isComplete":false})";
  return appended;
}

Result<void> append_events(std::string& out, const Structure& structure, const EntityId& node) {
  const auto events = events_of(structure, node);
  if (!events) {
    return Failed(events.error());
  }
  out += '{';
  auto appended = append_asked(out, "node", structure, node);
  out += R"(,"events":[)";
  for (const NodeEvent& event : *events) {
    out += out.back() == '[' ? "" : ",";
    appended = appended ? append_event(out, structure, event) : appended;
  }
  out += "]}";
  return appended;
}

Result<void> append_diff(std::string& out, const Structure& before, const Structure& after,
                         const EntityId& node) {
  const auto diff = diff_of(before, after, node);
  const auto summary = after.summary(node);
  if (!diff || !summary) {
    return Failed(diff ? summary.error() : diff.error());
  }
  out += R"({"node":)";
  append_json(out, *summary);
  const auto row = [&](const DiffRow& one, bool) -> Result<void> {
    if (is_seen(one.part, one.personal, summary->name_is_withheld, after.sight())) {
      append_row(out, one);
    }
    return {};
  };
  const auto number = [&out](const OwnedNodeKey& key, bool) -> Result<void> {
    out += out.back() == '[' ? "" : ",";
    append_json(out, key.view());
    return {};
  };
  const auto relation = [&](const NodeUpper& upper, bool has_come) {
    return append_element(out, has_come ? after : before, upper.upper, [&upper](std::string& text) {
      text += R"(,"relation":{)";
      append_json(text, upper);
      text += '}';
    });
  };
  const auto lower = [&](const Descendant& one, bool has_come) {
    return append_element(out, has_come ? after : before, one.id, [&one](std::string& text) {
      append_json_member(text, "relation", name_of(one.type));
    });
  };
  auto changed = append_change(out, "parts", diff->rows_gone, diff->rows_come, row);
  changed = changed ? append_change(out, "numbers", diff->numbers_gone, diff->numbers_come, number)
                    : changed;
  changed = changed ? append_change(out, "relations", diff->relations_gone, diff->relations_come,
                                    relation)
                    : changed;
  changed = changed ? append_change(out, "lowers", diff->lowers_gone, diff->lowers_come, lower)
                    : changed;
  out += '}';
  return changed;
}

} // namespace grunndata::registry::virksomhet
