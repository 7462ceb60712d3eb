// The JSON bodies that /v1 takes, read into plain values.
#pragma once

#include "api/context.h"
#include "api/problems.h"
#include "identifiers/kinds.h"
#include "registry/view.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::api::v1 {

inline constexpr std::size_t identifiers_max = 1000;       ///< in one request
inline constexpr std::size_t request_body_bytes_max = 512 * 1024;
inline constexpr std::size_t request_body_depth_max = 8;

/// One element of `identifiers`. Absent texts are empty.
struct AskedIdentifier {
  bool is_text = false; ///< a JSON string, or an object whose `value` is one
  std::string_view value;
  std::string_view type;
  std::string_view assigner;
};

struct LookupBody {
  std::vector<AskedIdentifier> identifiers;
  registry::ViewRequest view;
};

struct CheckBody {
  std::vector<AskedIdentifier> identifiers;
  std::string_view environment; ///< empty when absent, as the following
  std::string_view rule;
  std::string_view target;
};

/// Where in the body a refusal is about; outlives the refusal that points at it.
using PointerText = std::string;

/// Both: views in the outcome live until the next call on this thread, and not longer than the
/// request. Unknown and repeated members, wrong types, too many identifiers and none at all are
/// refused; what an identifier's text is worth is judged later.
[[nodiscard]] Refusal read_lookup_body(const Context& context, const http::Request& request,
                                       LookupBody& body, PointerText& pointer);
[[nodiscard]] Refusal read_check_body(const http::Request& request, CheckBody& body,
                                      PointerText& pointer);

/// The lists of identifiers that stand in `members` of a body, together at most `most`; those that
/// are absent leave theirs empty, other members are not looked at. Views and pointer as above.
[[nodiscard]] Refusal read_identifier_lists(const http::Request& request,
                                            std::span<const std::string_view> members,
                                            std::size_t most,
                                            std::span<std::vector<AskedIdentifier>> lists,
                                            PointerText& pointer);

} // namespace grunndata::api::v1
