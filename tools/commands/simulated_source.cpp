#include "tools/commands/simulated_source.h"

#include "tools/commands/simulated_server.h"
#include "tools/simulate/service.h"

namespace grunndata::tools {

using registry::Result;

struct SimulatedSource::Parts {
  explicit Parts(const simulate::ServiceOptions& options) : service(options) {}

  simulate::Service service;
  std::unique_ptr<SimulatedServer> server; ///< last: ends first
};

SimulatedSource::SimulatedSource(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SimulatedSource::~SimulatedSource() = default;

Result<std::unique_ptr<SimulatedSource>>
SimulatedSource::start(const SimulatedSourceOptions& options) {
  simulate::ServiceOptions service;
  service.world.persons = options.persons;
  service.world.seed = options.seed;
  service.world.unborn = options.unborn;
  service.token = options.token;
  auto parts = std::make_unique<Parts>(service);
  SimulatedServerOptions server;
  server.address = options.address;
  server.port = options.port;
  server.happenings_per_second = options.happenings_per_second;
  server.live = [source = &parts->service](std::uint64_t count) { source->live(count); };
  auto started = SimulatedServer::start(parts->service.routes(), server);
  if (!started) return tl::unexpected(started.error());
  parts->server = std::move(*started);
  return std::unique_ptr<SimulatedSource>(new SimulatedSource(std::move(parts)));
}

std::string SimulatedSource::address() const { return parts_->server->address(); }

std::string SimulatedSource::base_url() const {
  return address() + std::string(simulate::service_path);
}

} // namespace grunndata::tools
