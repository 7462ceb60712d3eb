// A search as a caller asks for it, and as it is carried out.
#pragma once

#include "registry/virksomhet/search/query.h"
#include "registry/virksomhet/search/word_index.h"
#include "registry/virksomhet/structure.h"

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::virksomhet::search {

inline constexpr std::size_t hits_max = 100;

struct SearchOrder {
  /// Words in any order, each of them whole or the beginning of one; or a number (an
  /// organisasjonsnummer, GLN, RESH-id or HER-id, or with its system: "RSH:4990050"). Empty: all
  /// that `municipality` and `code` say.
  std::string text{};
  std::bitset<node_type_count> types{}; ///< none: all
  std::vector<NodeSource> sources{};    ///< who says something of it; none: all
  std::string municipality{};           ///< kommunenummer
  std::string code{};                   ///< see `set_code`
  Life life = Life::open;               ///< at the time asked for
  AsOf as_of{};
  NodeSight sight{}; ///< health personnel is not searched, whatever it says
  std::size_t limit = 20; ///< 1 to `hits_max`
  std::string after{};    ///< `SearchPage::next` of the page before
};

/// An order that was read.
struct Request {
  Query query;
  std::vector<OwnedNodeKey> numbers; ///< that the text could be
  std::optional<Place> after;
  std::uint32_t hash = 0; ///< of all that decides who fits
  std::size_t limit = 0;
  AsOf as_of;
  NodeSight sight;

  [[nodiscard]] bool is_of_now() const noexcept { return !as_of.valid && !as_of.recorded; }
};

/// Errors: `invalid`; `out_of_range` when `after` is no place in what the order asks for.
[[nodiscard]] Result<Request> read_order(const SearchOrder& order, const IdCipher& ids);

/// How a caller goes on behind `place`; tells nothing but to `read_order`, of the same order.
[[nodiscard]] std::string text_of(const Place& place, const Request& request,
                                  const IdCipher& ids);

} // namespace grunndata::registry::virksomhet::search
