// A simulated Folkeregisteret in this process, on a port of its own.
#pragma once

#include "registry/error.h"

#include <cstdint>
#include <memory>
#include <string>

namespace grunndata::tools {

struct SimulatedSourceOptions {
  std::uint64_t persons = 0;
  std::uint64_t seed = 0;
  std::uint64_t unborn = 0; ///< further people who are still to be born or to arrive
  std::string token;        ///< asked for as a bearer token; empty: none
  double happenings_per_second = 0;
  std::string address{"127.0.0.1"}; ///< of loopback
  std::uint16_t port = 0;           ///< 0: any free one
};

/// Serves, and lets things happen, until it is destroyed.
class SimulatedSource {
public:
  /// Errors: `invalid` (the address is not of loopback), `unavailable` (it cannot be bound).
  [[nodiscard]] static registry::Result<std::unique_ptr<SimulatedSource>>
  start(const SimulatedSourceOptions& options);
  ~SimulatedSource();
  SimulatedSource(const SimulatedSource&) = delete;
  SimulatedSource& operator=(const SimulatedSource&) = delete;

  /// http://HOST:PORT
  [[nodiscard]] std::string address() const;
  /// With the path of Folkeregisteret's services, as a client is configured.
  [[nodiscard]] std::string base_url() const;

private:
  struct Parts;
  explicit SimulatedSource(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

} // namespace grunndata::tools
