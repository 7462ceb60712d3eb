// Trees as text, JSON, for Graphviz and as a picture.
#include "registry/virksomhet/node_json.h"

#include <algorithm>

namespace grunndata::registry::virksomhet {

namespace {

constexpr int row_pixels = 22;
constexpr int step_pixels = 24;
constexpr int margin_pixels = 12;
constexpr int letter_pixels = 8;

/// "ENH:310000140 NAVN (OPPHORT)"
std::string label_of(const NodeSummary& node) {
  std::string label = to_text(node.key.view());
  if (!shown_name(node).empty()) {
    label.append(" ").append(shown_name(node));
  }
  if (node.status != NodeStatus::aktiv) {
    label.append(" (").append(name_of(node.status)).append(")");
  }
  return label;
}

/// Whether another child of the same parent follows further down.
bool has_younger(const Tree& tree, std::size_t at) noexcept {
  for (std::size_t i = at + 1; i < tree.size() && tree[i].depth >= tree[at].depth; ++i) {
    if (tree[i].depth == tree[at].depth) {
      return true;
    }
  }
  return false;
}

/// The place of each line's parent; of the root itself 0.
std::vector<std::size_t> parents_of(const Tree& tree) {
  std::vector<std::size_t> parents(tree.size(), 0);
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < tree.size(); ++i) {
    open.resize(std::min(open.size(), static_cast<std::size_t>(tree[i].depth)));
    parents[i] = open.empty() ? 0 : open.back();
    open.push_back(i);
  }
  return parents;
}

void append_xml(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
    case '&': out += "&amp;"; break;
    case '<': out += "&lt;"; break;
    case '>': out += "&gt;"; break;
    default: out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
  }
}

void append_line(std::string& out, int x1, int y1, int x2, int y2) {
  out.append("<path d=\"M").append(std::to_string(x1)).append(" ").append(std::to_string(y1));
  out.append("V").append(std::to_string(y2)).append("H").append(std::to_string(x2));
  out.append("\"/>\n");
}

} // namespace

Result<Tree> tree_of(const Structure& structure, const EntityId& root, const SubtreeOrder& order) {
  const auto below = structure.subtree(root, order);
  if (!below) {
    return tl::unexpected(below.error());
  }
  std::vector<EntityId> ids{root};
  for (const Descendant& one : *below) {
    ids.push_back(one.id);
  }
  auto summaries = structure.summaries(ids);
  if (!summaries) {
    return tl::unexpected(summaries.error());
  }
  Tree tree;
  std::vector<int> hidden; ///< depths of those left out that the line hangs under
  for (std::size_t i = 0; i < ids.size(); ++i) {
    TreeLine line;
    line.node = std::move((*summaries)[i]);
    const int depth = i == 0 ? 0 : (*below)[i - 1].depth;
    while (!hidden.empty() && hidden.back() >= depth) {
      hidden.pop_back();
    }
    if (i != 0 && line.node.is_hidden) {
      hidden.push_back(depth);
      continue;
    }
    line.depth = depth - static_cast<int>(hidden.size());
    line.type = i == 0 ? NodeRelation{} : (*below)[i - 1].type;
    tree.push_back(std::move(line));
  }
  return tree;
}

std::string tree_text(const Tree& tree) {
  std::string out;
  std::vector<bool> goes_on;
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const auto depth = static_cast<std::size_t>(tree[i].depth);
    goes_on.resize(depth + 1);
    goes_on[depth] = has_younger(tree, i);
    for (std::size_t level = 1; level < depth; ++level) {
      out += goes_on[level] ? "│  " : "   ";
    }
    if (depth != 0) {
      out += goes_on[depth] ? "├─ " : "└─ ";
    }
    out.append(label_of(tree[i].node)).append("\n");
  }
  return out;
}

std::string tree_json(const Tree& tree) {
  std::string out = R"({"nodes":[)";
  for (const TreeLine& line : tree) {
    out += &line == &tree.front() ? "" : ",";
    append_json(out, line.node);
    out.pop_back();
    out.append(R"(,"depth":)").append(std::to_string(line.depth));
    if (line.depth != 0) {
      out += R"(,"relation":)";
      append_json_text(out, name_of(line.type));
    }
    out += '}';
  }
  return out.append("]}");
}

std::string tree_dot(const Tree& tree) {
  std::string out = "digraph virksomhet {\n  rankdir=LR;\n  node [shape=box];\n";
  const auto parents = parents_of(tree);
  for (std::size_t i = 0; i < tree.size(); ++i) {
    out.append("  n").append(std::to_string(i)).append(" [label=");
    append_json_text(out, label_of(tree[i].node)); // the same escapes
    out += "];\n";
    if (i != 0) {
      out.append("  n").append(std::to_string(parents[i])).append(" -> n");
      out.append(std::to_string(i)).append(";\n");
    }
  }
  return out.append("}\n");
}

std::string tree_svg(const Tree& tree) {
  const auto parents = parents_of(tree);
  int width = 0;
  for (const TreeLine& line : tree) {
    const int letters = static_cast<int>(label_of(line.node).size());
    width = std::max(width, line.depth * step_pixels + letters * letter_pixels);
  }
  const auto x_of = [](int depth) { return margin_pixels + depth * step_pixels; };
  const auto y_of = [](std::size_t row) {
    return margin_pixels + static_cast<int>(row) * row_pixels + row_pixels / 2;
  };
  const std::string size = std::to_string(width + 2 * margin_pixels);
  const std::string height =
      std::to_string(2 * margin_pixels + static_cast<int>(tree.size()) * row_pixels);
  std::string out = R"(<svg xmlns="http://www.w3.org/2000/svg" width=")";
  out.append(size).append(R"(" height=")").append(height);
  out += R"(" font-family="sans-serif" font-size="13">)";
  out += "\n<g fill=\"none\" stroke=\"#888\">\n";
  for (std::size_t i = 1; i < tree.size(); ++i) {
    append_line(out, x_of(tree[i].depth - 1) + 4, y_of(parents[i]) + 8, x_of(tree[i].depth) - 4,
                y_of(i));
  }
  out += "</g>\n";
  for (std::size_t i = 0; i < tree.size(); ++i) {
    out.append("<text x=\"").append(std::to_string(x_of(tree[i].depth))).append("\" y=\"");
    out.append(std::to_string(y_of(i) + 4)).append("\">");
    append_xml(out, label_of(tree[i].node));
    out += "</text>\n";
  }
  return out.append("</svg>\n");
}

} // namespace grunndata::registry::virksomhet
