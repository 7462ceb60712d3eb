// A request that outlives the buffers it was read into.
#pragma once

#include "api/http/message.h"

#include <string>
#include <vector>

namespace grunndata::api::http {

/// Copies everything a request's views point to, path parameters included.
class OwnedRequest {
public:
  explicit OwnedRequest(const Request& original);
  OwnedRequest(const OwnedRequest&) = delete;
  OwnedRequest& operator=(const OwnedRequest&) = delete;

  /// Its views live as long as this object.
  [[nodiscard]] Request& request() noexcept { return request_; }

private:
  std::string_view keep(std::string_view text);

  std::string bytes_;
  std::vector<Header> headers_;
  Request request_;
};

} // namespace grunndata::api::http
