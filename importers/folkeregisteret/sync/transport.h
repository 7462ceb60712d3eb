// HTTP towards Folkeregisteret: one request, and what its answer means for who asked.
#pragma once

#include "importers/folkeregisteret/sync/token_source.h"
#include "registry/error.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::importers::folkeregisteret::sync {

/// What an answer means. Only `ok` has a body to read; none of them ever means that a person is
/// gone.
enum class Meaning : std::uint8_t {
  ok,
  not_modified, ///< 304
  not_found,    ///< 404: not ready, unknown, or a fault at the source: to be asked again
  gone,         ///< 410: order the extract again
  too_old,      ///< 406 for a sequence number: more than 36 months behind
  forbidden,    ///< 401, 403: token or agreement; asked again with a new token
  refused,      ///< 400, 406 and other 4xx: asking again does not help
  busy,         ///< 429: not before `retry_after`
  failing,      ///< 5xx, no JSON (a firewall's HTML), a cut connection, no connection, a timeout
};
[[nodiscard]] std::string_view name_of(Meaning meaning) noexcept;

struct Answer {
  Meaning meaning = Meaning::failing;
  int status = 0; ///< 0: no answer came
  std::string body;
  std::string etag;
  std::chrono::milliseconds retry_after{0}; ///< the source counts its Retry-After in milliseconds
  std::string message;                      ///< one sentence; no identifier, no token
};

struct TransportOptions {
  /// Up to and with `/v1`, without a slash behind it. http is taken for loopback only.
  std::string base_url;
  std::chrono::milliseconds timeout{60'000}; ///< of a whole answer
  std::size_t answer_bytes_max = std::size_t{256} << 20U;
  TokenSource* tokens = nullptr;           ///< null: no Authorization; must outlive the transport
  const std::atomic<bool>* stop = nullptr; ///< ends a request that is under way
};

/// `invalid` when the address is none that may be asked.
[[nodiscard]] registry::Result<void> check_base_url(const std::string& base_url);

/// One connection, kept open between requests. For one thread at a time.
class Transport {
public:
  /// `check_base_url` holds. The options are copied.
  explicit Transport(const TransportOptions& options);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// `path` begins with a slash and may have a query; it never holds an identifier of a person.
  [[nodiscard]] Answer get(std::string_view path, std::string_view etag = {});
  [[nodiscard]] Answer post(std::string_view path, const std::string& body);

private:
  struct Connection;
  Answer ask(std::string_view path, std::string_view etag, const std::string* body);

  TransportOptions options_;
  std::unique_ptr<Connection> connection_;
};

} // namespace grunndata::importers::folkeregisteret::sync
