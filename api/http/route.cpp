#include "api/http/route.h"

#include <algorithm>
#include <set>

namespace grunndata::api::http {
namespace {

constexpr std::uint32_t none = UINT32_MAX;

/// One node per path prefix. Few children each, so a linear look beats hashing.
struct Node {
  struct Literal {
    std::string text;
    std::uint32_t node;
  };
  std::vector<Literal> literals;
  std::uint32_t parameter{none};
  std::array<std::uint32_t, method_count> routes{none, none, none, none, none, none, none};
  std::string allow;
};

using Parameters = std::array<std::string_view, path_parameters_max>;

registry::Error table_error(const Route& route, std::string_view what) {
  return {registry::ErrorCode::invalid, "route " + route.path + ": " + std::string(what)};
}

} // namespace

struct RouteTable::Tree {
  std::vector<Route> routes;
  std::vector<Node> nodes{1};

  /// The node of a path with routes on it, `none` when there is none. Depth is bounded by the
  /// tree, however many segments the path has.
  [[nodiscard]] std::uint32_t find(std::uint32_t at, std::string_view rest, Parameters& parameters,
                                   std::size_t parameter_count) const noexcept {
    if (rest.empty()) return nodes[at].allow.empty() ? none : at;
    const std::size_t slash = rest.find('/', 1);
    const std::string_view segment = rest.substr(1, slash == rest.npos ? slash : slash - 1);
    const std::string_view tail = slash == rest.npos ? std::string_view{} : rest.substr(slash);
    for (const Node::Literal& literal : nodes[at].literals) {
      if (literal.text != segment) continue;
      const std::uint32_t found = find(literal.node, tail, parameters, parameter_count);
      if (found != none) return found;
      break;
    }
    if (nodes[at].parameter == none || segment.empty()) return none;
    const std::uint32_t found = find(nodes[at].parameter, tail, parameters, parameter_count + 1);
    if (found != none) parameters[parameter_count] = segment;
    return found;
  }

  [[nodiscard]] std::uint32_t child(std::uint32_t at, std::string_view segment) {
    if (segment.starts_with('{')) {
      if (nodes[at].parameter == none) {
        nodes[at].parameter = static_cast<std::uint32_t>(nodes.size());
        nodes.emplace_back();
      }
      return nodes[at].parameter;
    }
    for (const Node::Literal& literal : nodes[at].literals) {
      if (literal.text == segment) return literal.node;
    }
    const auto created = static_cast<std::uint32_t>(nodes.size());
    nodes[at].literals.push_back({std::string(segment), created});
    nodes.emplace_back();
    return created;
  }

  [[nodiscard]] registry::Result<void> add(std::uint32_t index) {
    const Route& route = routes[index];
    const auto refuse = [&](std::string_view what) {
      return tl::unexpected<registry::Error>(table_error(route, what));
    };
    if (!route.handler) return refuse("no handler");
    if (route.operation_id.empty()) return refuse("no operation id");
    if (route.method == Method::head) return refuse("HEAD is answered by the GET route");
    if (route.path.empty() || route.path.front() != '/') return refuse("does not begin with '/'");
    std::uint32_t at = 0;
    std::size_t parameters = 0;
    std::string_view rest = route.path;
    rest.remove_prefix(1);
    for (bool more = true; more;) {
      const std::size_t slash = rest.find('/');
      const std::string_view segment = rest.substr(0, slash);
      more = slash != std::string_view::npos;
      rest = more ? rest.substr(slash + 1) : std::string_view{};
      if (segment.empty()) {
        if (route.path != "/") return refuse("an empty segment");
      } else if (segment.front() == '{') {
        if (segment.back() != '}' || segment.size() < 3) return refuse("a malformed parameter");
        if (++parameters > path_parameters_max) return refuse("too many parameters");
      }
      at = child(at, segment);
    }
    auto& slot = nodes[at].routes[static_cast<std::size_t>(route.method)];
    if (slot != none) return refuse("the same method and path twice");
    slot = index;
    return {};
  }

  void write_allow() {
    for (Node& node : nodes) {
      for (std::size_t m = 0; m < method_count; ++m) {
        if (node.routes[m] == none) continue;
        if (!node.allow.empty()) node.allow += ", ";
        node.allow += method_name(static_cast<Method>(m));
        if (static_cast<Method>(m) == Method::get) node.allow += ", HEAD";
      }
    }
  }
};

RouteTable::RouteTable(std::unique_ptr<Tree> tree) noexcept : tree_(std::move(tree)) {}
RouteTable::RouteTable(RouteTable&&) noexcept = default;
RouteTable& RouteTable::operator=(RouteTable&&) noexcept = default;
RouteTable::~RouteTable() = default;

registry::Result<RouteTable> RouteTable::build(std::vector<Route> routes) {
  auto tree = std::make_unique<Tree>();
  tree->routes = std::move(routes);
  std::set<std::string_view> operation_ids;
  for (std::uint32_t i = 0; i < tree->routes.size(); ++i) {
    auto added = tree->add(i);
    if (!added) return tl::unexpected<registry::Error>(std::move(added.error()));
    if (!operation_ids.insert(tree->routes[i].operation_id).second) {
      return tl::unexpected<registry::Error>(
          table_error(tree->routes[i], "the same operation id twice"));
    }
  }
  tree->write_allow();
  return RouteTable(std::move(tree));
}

RouteMatch RouteTable::match(Method method, std::string_view path) const noexcept {
  RouteMatch result;
  if (path.empty() || path.front() != '/') return result;
  const std::uint32_t at = tree_->find(0, path, result.parameters, 0);
  if (at == none) return result;
  const Node& node = tree_->nodes[at];
  result.allow = node.allow;
  const Method asked = method == Method::head ? Method::get : method;
  const std::uint32_t index = node.routes[static_cast<std::size_t>(asked)];
  if (index == none) return result;
  result.route = &tree_->routes[index];
  result.index = index;
  return result;
}

std::span<const Route> RouteTable::routes() const noexcept { return tree_->routes; }

} // namespace grunndata::api::http
