// The clients that are registered, in the store and at hand.
#pragma once

#include "registry/clients/client.h"
#include "registry/error.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry {

class Registry;

/// What `add` does with a client that is registered already, revoked ones included.
enum class IfRegistered : std::uint8_t {
  refuse,  ///< `conflict`
  replace, ///< the new agreement holds; a revocation is lifted
};

/// Thread-safe. One object for a registry in a process: it is what requests are checked against,
/// so whoever changes clients must use the same one. Must be destroyed before the registry.
class Clients {
public:
  static constexpr std::size_t clients_max = 100'000;

  /// Reads all clients. `clock`: unset is the system's. Errors: `corrupt`, `storage`.
  [[nodiscard]] static Result<std::unique_ptr<Clients>> open(Registry& registry,
                                                             std::function<Instant()> clock = {});
  ~Clients();
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  /// The client with that id registered for `issuer`, else the one registered for any issuer; null
  /// when there is none. Also clients that have expired or were revoked: ask `Client::holds_at`.
  /// Never waits for the store and touches no heap. What it returns never changes.
  [[nodiscard]] std::shared_ptr<const Client> find(std::string_view id,
                                                   std::string_view issuer) const;
  /// The one registered for exactly that issuer (empty: for any); null when there is none.
  [[nodiscard]] std::shared_ptr<const Client> find_exactly(std::string_view id,
                                                           std::string_view issuer) const;
  /// All of them, by issuer and id.
  [[nodiscard]] std::vector<std::shared_ptr<const Client>> list() const;

  /// Registers all of `clients` or none; on disk when it returns, and `find` knows them from then
  /// on. Sets `registered`, clears `revoked`. Errors: `invalid`, naming the client and the field
  /// (see `fault_of`), also when one stands twice in the list; `conflict`; `unavailable`,
  /// `storage`.
  [[nodiscard]] Result<void> add(std::vector<Client> clients,
                                 IfRegistered if_registered = IfRegistered::refuse);
  /// Ends the agreement at once; the client as it is then. One revoked before keeps its time.
  /// Errors: `not_found`, `unavailable`, `storage`.
  [[nodiscard]] Result<std::shared_ptr<const Client>> revoke(std::string_view id,
                                                             std::string_view issuer);

private:
  struct Impl;
  explicit Clients(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

} // namespace grunndata::registry
