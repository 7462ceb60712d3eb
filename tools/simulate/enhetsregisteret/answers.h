// The forms of Enhetsregisteret's answers.
#pragma once

#include "api/http/message.h"
#include "tools/simulate/enhetsregisteret/unit_register.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::simulate::enhetsregisteret {

/// http://HOST/enhetsregisteret/api, as the request reached it.
[[nodiscard]] std::string base_of(const api::http::Request& request);

/// "enheter", "underenheter"
[[nodiscard]] std::string_view path_of(Kind kind) noexcept;

/// {timestamp, status, error, message, path}
void refuse(const api::http::Request& request, api::http::Response& response, int status,
            std::string_view message);

/// A page of some list, as it is asked for.
struct Page {
  static constexpr std::uint64_t window = 10'000; ///< nothing is shown beyond it
  std::uint64_t number = 0;
  std::uint64_t size = 20;

  [[nodiscard]] bool is_beyond() const noexcept {
    return size == 0 || size > window || number >= window || (number + 1) * size > window;
  }
};

/// `_links` and `page` behind what is there, and the brace that closes the answer. `self` is the
/// asked path with its query, without page and size.
void append_paging(std::string& out, const std::string& self, const Page& page,
                   std::uint64_t elements, bool with_pages);

/// The unit alive, slettet in short, or fjernet; 200 and 410.
void append_entry(std::string& out, const Entry& entry, const std::string& base);

/// A row of a feed. `with_changes`: endringer[] for those rows that have them.
void append_update(std::string& out, const Update& update, Kind kind, const std::string& base,
                   bool with_changes);

/// YYYY-MM-DDThh:mm:ss.mmmZ, and back (also a date-time with another offset).
[[nodiscard]] std::string time_text(std::int64_t when_ms);

} // namespace grunndata::simulate::enhetsregisteret
