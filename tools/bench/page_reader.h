// A reader of /v1/events for benchmarks: one connection, a page after the other.
#pragma once

#include "registry/error.h"

#include <cstdint>
#include <string>

namespace grunndata::tools::bench {

class PageReader {
public:
  /// Of a server on 127.0.0.1.
  explicit PageReader(std::uint16_t port);
  ~PageReader();
  PageReader(const PageReader&) = delete;
  PageReader& operator=(const PageReader&) = delete;

  /// Reads from the oldest event to the newest and counts them. Errors: `unavailable`.
  [[nodiscard]] registry::Result<std::uint64_t> read_all();

private:
  [[nodiscard]] registry::Result<void> ask(const std::string& cursor);

  int fd_ = -1;
  std::string body_;
};

} // namespace grunndata::tools::bench
