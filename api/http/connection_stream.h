// What a connection keeps of a body that is made while it is sent.
#pragma once

#include "api/http/connection.h"

#include <memory>
#include <string>

namespace grunndata::api::http {

struct Connection::Stream {
  std::shared_ptr<BodyStream> body;
  bool is_chunked;
  bool closes;         ///< the connection ends behind it
  bool is_over{false}; ///< the last piece has been made
  bool is_cut{false};  ///< the client did not take the last piece

  /// Makes the next piece as it goes on the wire; `out` may come out empty. False when the body
  /// cannot go on.
  [[nodiscard]] bool make_piece(std::string& out);
};

} // namespace grunndata::api::http
