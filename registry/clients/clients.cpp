#include "registry/clients/clients.h"

#include "registry/clients/client_rules.h"
#include "registry/clients/stored.h"
#include "registry/registry_impl.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <tuple>

namespace grunndata::registry {

namespace {

using store::Family;
using Registered = std::shared_ptr<const Client>;

/// Id and issuer; views for asking.
struct ClientName {
  std::string_view id;
  std::string_view issuer;
};

struct ByName {
  using is_transparent = void;
  static ClientName name_of(const ClientName& name) noexcept { return name; }
  static ClientName name_of(const Registered& client) noexcept {
    return {client->id, client->issuer};
  }
  template <typename Left, typename Right>
  bool operator()(const Left& left, const Right& right) const noexcept {
    const ClientName a = name_of(left);
    const ClientName b = name_of(right);
    return std::tie(a.issuer, a.id) < std::tie(b.issuer, b.id);
  }
};

std::string label_of(const Client& client) {
  return "client " + client.id + (client.issuer.empty() ? "" : " of issuer " + client.issuer);
}

} // namespace

struct Clients::Impl {
  Registry& registry;
  std::function<Instant()> clock;
  std::mutex changing;             ///< held over a commit, so that memory follows the store's order
  mutable std::shared_mutex mutex; ///< held for a search or for putting a pointer in
  std::set<Registered, ByName> all;

  [[nodiscard]] Registered find(std::string_view id, std::string_view issuer) const {
    const auto found = all.find(ClientName{id, issuer});
    return found == all.end() ? nullptr : *found;
  }

  /// Puts them in the store, then at hand. Requires `changing`.
  Result<void> write(const std::vector<Registered>& clients) {
    const auto written = registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
      for (const Registered& client : clients) {
        transaction.put(Family::client, client_key(client->id, client->issuer),
                        write_client(*client));
      }
      return {};
    });
    if (!written) {
      return written;
    }
    const std::unique_lock lock(mutex);
    for (const Registered& client : clients) {
      if (auto node = all.extract(client)) {
        node.value() = client;
        all.insert(std::move(node));
      } else {
        all.insert(client);
      }
    }
    return {};
  }
};

Clients::Clients(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Clients::~Clients() = default;

Result<std::unique_ptr<Clients>> Clients::open(Registry& registry, std::function<Instant()> clock) {
  auto impl = std::unique_ptr<Impl>(new Impl{registry, clock ? std::move(clock) : now, {}, {}, {}});
  const auto cursor = registry.store().scan(Family::client);
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    auto client = read_client(cursor->key(), cursor->value());
    if (!client) {
      return fail(ErrorCode::corrupt, "a registered client cannot be read");
    }
    impl->all.insert(std::make_shared<const Client>(std::move(*client)));
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  return std::unique_ptr<Clients>(new Clients(std::move(impl)));
}

Registered Clients::find(std::string_view id, std::string_view issuer) const {
  const std::shared_lock lock(impl_->mutex);
  Registered found = impl_->find(id, issuer);
  return found || issuer.empty() ? found : impl_->find(id, {});
}

Registered Clients::find_exactly(std::string_view id, std::string_view issuer) const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->find(id, issuer);
}

std::vector<Registered> Clients::list() const {
  const std::shared_lock lock(impl_->mutex);
  return {impl_->all.begin(), impl_->all.end()};
}

Result<void> Clients::add(std::vector<Client> clients, IfRegistered if_registered) {
  const std::lock_guard changing(impl_->changing);
  const Instant when = impl_->clock();
  std::vector<Registered> written;
  std::set<Registered, ByName> seen;
  std::size_t fresh = 0;
  for (Client& client : clients) {
    if (const auto fault = fault_of(client, when)) {
      return fail(ErrorCode::invalid, label_of(client) + ": " +
                                          std::string(words_of(fault->field)) + " " +
                                          std::string(fault->rule));
    }
    const bool registered = find_exactly(client.id, client.issuer) != nullptr;
    if (registered && if_registered == IfRegistered::refuse) {
      return fail(ErrorCode::conflict, label_of(client) + " is registered already");
    }
    fresh += registered ? 0 : 1;
    client.registered = when;
    client.revoked.reset();
    written.push_back(std::make_shared<const Client>(std::move(client)));
    if (!seen.insert(written.back()).second) {
      return fail(ErrorCode::invalid, label_of(*written.back()) + " stands there twice");
    }
  }
  if (impl_->all.size() + fresh > clients_max) { // only changed under `changing`
    return fail(ErrorCode::conflict, "more clients than can be registered");
  }
  return impl_->write(written);
}

Result<Registered> Clients::revoke(std::string_view id, std::string_view issuer) {
  const std::lock_guard changing(impl_->changing);
  Registered before = find_exactly(id, issuer);
  if (!before) {
    return fail(ErrorCode::not_found, "no such client is registered");
  }
  if (before->revoked) {
    return before;
  }
  Client after = *before;
  after.revoked = impl_->clock();
  auto revoked = std::make_shared<const Client>(std::move(after));
  if (auto written = impl_->write({revoked}); !written) {
    return tl::unexpected(written.error());
  }
  return revoked;
}

} // namespace grunndata::registry
