// Lists of records inside an object: `{"page":{…},"_embedded":{"enheter":[…]}}`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::importers::reading {

/// What a source wraps its records in. Paths are member names with dots between.
struct Envelopes {
  std::vector<std::string> lists; ///< "_embedded.enheter"
  /// A page without records has this member and none of the lists; empty: there are no such pages.
  std::string page_member;
};

struct EnvelopeFinding {
  enum class State : std::uint8_t {
    unknown, ///< the text ends before it can be told
    list,    ///< one of the lists is there
    page,    ///< a page without records
    none,    ///< a whole object without such lists, or one too broken to tell
  };
  State state = State::unknown;
  std::size_t list_begin = 0;   ///< just after the list's `[`
  std::size_t objects_open = 0; ///< that the list stands in
  std::size_t end = 0;          ///< of a page: just after its `}`
};

/// Looks through the members of the object at the start of `text`, whatever their order.
[[nodiscard]] EnvelopeFinding find_envelope(std::string_view text, const Envelopes& envelopes);

} // namespace grunndata::importers::reading
