// HTTP towards a source that is followed: one request, and what its answer means for who asked.
#pragma once

#include "importers/following/token_source.h"
#include "registry/error.h"
#include "registry/time.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::importers::following {

/// What an answer means. Only `ok`, and `gone` when it is JSON, have a body to read; none of them
/// ever means by itself that a person or a unit is gone.
enum class Meaning : std::uint8_t {
  ok,
  not_modified, ///< 304
  not_found,    ///< 404: not ready, unknown, or a fault at the source: to be asked again
  gone,         ///< 410: an extract to be ordered again, a unit that was taken away
  too_old,      ///< 406 for a sequence number of Folkeregisteret: more than 36 months behind
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
  std::optional<registry::Instant> last_modified;
  std::chrono::milliseconds retry_after{0};
  std::string message;                      ///< one sentence; no identifier, no token
};

struct TransportOptions {
  /// What every path is put behind, without a slash at its end. http is taken for loopback only.
  std::string base_url;
  std::string source_name{"Folkeregisteret"}; ///< in messages
  std::string accept{"application/json"};
  /// What the source counts its Retry-After in.
  std::chrono::milliseconds retry_after_unit{1};
  std::chrono::milliseconds timeout{60'000}; ///< of a whole answer
  std::size_t answer_bytes_max = std::size_t{256} << 20U;
  TokenSource* tokens = nullptr;           ///< null: no Authorization; must outlive the transport
  const std::atomic<bool>* stop = nullptr; ///< ends a request that is under way
};

/// `invalid` when the address of `source` is none that may be asked.
[[nodiscard]] registry::Result<void> check_base_url(const std::string& base_url,
                                                    std::string_view source);

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
  /// Writes a packed file as it comes, however large, over what stands at `to`. No part of it is
  /// `failing`, but whether the packing is whole is for the caller to see. `timeout` does not
  /// count: a file comes for as long as it comes at all.
  [[nodiscard]] Answer download(std::string_view path, const std::filesystem::path& to);

private:
  struct Connection;
  struct Asked;
  Answer ask(const Asked& asked);

  TransportOptions options_;
  std::unique_ptr<Connection> connection_;
};

} // namespace grunndata::importers::following
