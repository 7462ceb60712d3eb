// The table of everything the server answers: built once, then only read.
#pragma once

#include "api/http/message.h"
#include "registry/error.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::api::http {

/// Where a handler runs. `inline_lane`: on the connection's worker, while all its other connections
/// wait; only for work of microseconds that never waits. `pool_lane`: in the bounded pool, for
/// work that waits or runs long (durable writes, bulk, search, administration).
enum class Lane : std::uint8_t { inline_lane, pool_lane };

/// Called concurrently from several threads. The response arrives reset. Whatever it throws is
/// answered as a 500 that tells nothing.
using Handler = std::function<void(const Request&, Response&)>;

struct Route {
  Method method{Method::get}; ///< a `get` route answers HEAD as well
  std::string path;           ///< "/v1/person/{id}": a segment is a literal or one {parameter}
  std::string operation_id;   ///< the operation in openapi.yaml, and the label in metrics
  Lane lane{Lane::inline_lane};
  Handler handler;
  std::optional<std::size_t> body_bytes_max{}; ///< nothing: the server's default
};

/// What a path and a method lead to.
struct RouteMatch {
  const Route* route{nullptr}; ///< null: 404 when `allow` is empty, else 405
  std::size_t index{0};        ///< of `route` in `RouteTable::routes()`
  std::string_view allow;      ///< the Allow value of the matched path; lives with the table
  std::array<std::string_view, path_parameters_max> parameters{}; ///< views into the path given
};

/// Immutable after `build`; matching takes no lock, allocates nothing, uses no regular expression
/// and looks at no more segments than the deepest route has. Literals win over parameters. Paths
/// are compared as sent: a literal segment written with percent-encoding does not match, a
/// trailing slash is a different path, an empty segment matches nothing.
class RouteTable {
public:
  /// `invalid` when two routes have the same method and path, a path does not begin with '/' or
  /// has an empty segment, there are more than `path_parameters_max` parameters, an operation id
  /// is empty or used twice, or a handler is missing. The table is then of no use: a
  /// programmer's fault, to be reported at start.
  [[nodiscard]] static registry::Result<RouteTable> build(std::vector<Route> routes);

  RouteTable(RouteTable&&) noexcept;
  RouteTable& operator=(RouteTable&&) noexcept;
  ~RouteTable();

  /// HEAD finds the GET route. `path` has no query.
  [[nodiscard]] RouteMatch match(Method method, std::string_view path) const noexcept;

  /// All routes in the order given to `build`.
  [[nodiscard]] std::span<const Route> routes() const noexcept;

private:
  struct Tree;
  explicit RouteTable(std::unique_ptr<Tree> tree) noexcept;
  std::unique_ptr<Tree> tree_;
};

} // namespace grunndata::api::http
