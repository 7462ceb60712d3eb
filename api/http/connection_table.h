// All open connections of a server: counted, limited, swept.
#pragma once

#include "api/http/connection.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace grunndata::api::http {

/// May be used by any thread.
class ConnectionTable {
public:
  enum class Admission : std::uint8_t { admitted, refused, flooded };

  /// Always takes the connection in; `refused`: there are too many, answer 503; `flooded`: far too
  /// many, end it at once.
  Admission add(const std::shared_ptr<Connection>& connection, const Limits& limits);
  void remove(const std::shared_ptr<Connection>& connection);

  void sweep(std::int64_t now_ms);
  [[nodiscard]] bool is_any_busy() const;
  /// Only when the workers are gone.
  void close_leftovers();

  [[nodiscard]] std::size_t size() const;

private:
  mutable std::mutex mutex_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  std::unordered_map<std::string, std::size_t> by_address_;
};

} // namespace grunndata::api::http
