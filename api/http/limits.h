// Every limit of the transport, with its unit in its name.
#pragma once

#include <chrono>
#include <cstddef>

namespace grunndata::api::http {

/// Above a limit the answer is the status in brackets and the connection is closed.
struct Limits {
  std::size_t target_bytes_max = 8 * 1024;          ///< [414]
  std::size_t head_bytes_max = 16 * 1024;           ///< request line and headers [431]
  std::size_t header_count_max = 100;               ///< [431]
  std::size_t body_bytes_max = 1024 * 1024;         ///< decoded; routes may set their own [413]
  std::size_t chunk_extension_bytes_max = 4 * 1024; ///< all chunk extensions of a body [400]
  std::size_t trailer_bytes_max = 4 * 1024;         ///< all trailers of a body [431]
  std::size_t pipelined_requests_max = 64;          ///< in one go; the rest waits its turn
  std::size_t paused_input_bytes_max = 64 * 1024;   ///< kept while an answer is being made
  /// Of all unfinished requests together; above, one that holds more than a head may is [503].
  std::size_t held_bytes_max = 256 * 1024 * 1024;
  std::size_t response_bytes_max = 64 * 1024 * 1024;              ///< a larger body becomes [500]
  std::size_t connections_max = 10'000;                           ///< [503]
  std::size_t connections_per_address_max = 10'000;               ///< [503]
  std::size_t unsent_bytes_per_connection_max = 64 * 1024 * 1024; ///< above: cut off
  std::size_t unsent_bytes_max = 256 * 1024 * 1024;               ///< of all slow readers together
  std::size_t pool_queue_max = 256;                               ///< waiting pool requests [503]
  std::size_t waiting_max = 5'000;                                ///< that wait for news [503]
  std::chrono::milliseconds keepalive_timeout{60'000}; ///< between requests; closed in silence
  std::chrono::milliseconds request_timeout{20'000};   ///< first to last byte of one [408]
  std::chrono::milliseconds write_deadline{30'000};    ///< for a slow reader to take its answer
  std::chrono::milliseconds linger_timeout{2'000};     ///< between our last byte and the close
};

} // namespace grunndata::api::http
