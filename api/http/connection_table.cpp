#include "api/http/connection_table.h"

#include <algorithm>

namespace grunndata::api::http {
namespace {

constexpr std::size_t refused_open_max = 256; ///< being told 503, beyond the limit

} // namespace

ConnectionTable::Admission ConnectionTable::add(const std::shared_ptr<Connection>& connection,
                                                const Limits& limits) {
  const std::lock_guard lock(mutex_);
  connections_.insert(connection);
  const std::size_t of_address = ++by_address_[connection->peer_address()];
  const std::size_t open = connections_.size();
  const bool is_flood = open > limits.connections_max + refused_open_max ||
                        of_address > limits.connections_per_address_max + refused_open_max;
  if (is_flood) return Admission::flooded;
  const bool is_over =
      open > limits.connections_max || of_address > limits.connections_per_address_max;
  return is_over ? Admission::refused : Admission::admitted;
}

void ConnectionTable::remove(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock(mutex_);
  if (connections_.erase(connection) == 0) return;
  const auto at = by_address_.find(connection->peer_address());
  if (at != by_address_.end() && --at->second == 0) by_address_.erase(at);
}

void ConnectionTable::sweep(std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  for (const auto& connection : connections_) connection->sweep(now_ms);
}

bool ConnectionTable::is_any_busy() const {
  const std::lock_guard lock(mutex_);
  return std::any_of(connections_.begin(), connections_.end(),
                     [](const auto& connection) { return connection->is_busy(); });
}

void ConnectionTable::close_leftovers() {
  const std::lock_guard lock(mutex_);
  for (const auto& connection : connections_) connection->close_leftover();
  connections_.clear();
  by_address_.clear();
}

std::size_t ConnectionTable::size() const {
  const std::lock_guard lock(mutex_);
  return connections_.size();
}

} // namespace grunndata::api::http
