// The server that a simulated source is reached by, and the life in it.
#pragma once

#include "api/http/route.h"
#include "registry/error.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace grunndata::tools {

struct SimulatedServerOptions {
  std::string address{"127.0.0.1"}; ///< of loopback
  std::uint16_t port = 0;           ///< 0: any free one
  double happenings_per_second = 0;
  /// Lets so many things happen; called on a thread of its own until the server ends.
  std::function<void(std::uint64_t)> live{};
};

/// Serves, and lets things happen, until it is destroyed. What the routes point at must outlive it.
class SimulatedServer {
public:
  /// Errors: `invalid` (the address is not of loopback, or two routes are alike), `unavailable`
  /// (it cannot be bound).
  [[nodiscard]] static registry::Result<std::unique_ptr<SimulatedServer>>
  start(std::vector<api::http::Route> routes, const SimulatedServerOptions& options);
  ~SimulatedServer();
  SimulatedServer(const SimulatedServer&) = delete;
  SimulatedServer& operator=(const SimulatedServer&) = delete;

  /// http://HOST:PORT
  [[nodiscard]] std::string address() const;

private:
  struct Parts;
  explicit SimulatedServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

} // namespace grunndata::tools
