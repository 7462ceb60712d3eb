#include "registry/virksomhet/search/request.h"

#include <algorithm>
#include <charconv>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry::virksomhet::search {

namespace {

constexpr std::size_t number_digits = 8;

std::string hexadecimal(std::uint32_t number) {
  std::string text(number_digits, '0');
  for (auto at = text.rbegin(); at != text.rend(); ++at, number >>= 4U) {
    *at = "0123456789abcdef"[number & 0xFU];
  }
  return text;
}

std::optional<std::uint32_t> number_of(std::string_view text) noexcept {
  constexpr int hexadecimal_base = 16;
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number, hexadecimal_base);
  return read.ec == std::errc{} && read.ptr == end ? std::optional(number) : std::nullopt;
}

std::uint32_t hash_of(const SearchOrder& order) {
  std::string all(order.text);
  const auto put = [&all](std::string_view text) { all.append(1, '\0').append(text); };
  put(order.types.to_string());
  for (const NodeSource source : order.sources) {
    put(name_of(source));
  }
  put(order.municipality);
  put(order.code);
  put(std::to_string(static_cast<int>(order.life)));
  put(order.sight.personal ? "p" : "");
  put(order.sight.withheld ? "w" : "");
  put(order.as_of.valid ? std::to_string(order.as_of.valid->microseconds) : std::string());
  put(order.as_of.recorded ? std::to_string(*order.as_of.recorded) : std::string());
  return static_cast<std::uint32_t>(XXH3_64bits(all.data(), all.size()));
}

std::vector<OwnedNodeKey> numbers_in(std::string_view text) {
  std::string bare(text);
  std::erase(bare, ' ');
  std::vector<OwnedNodeKey> numbers;
  if (bare.find(':') != std::string::npos) {
    auto key = parse_node_key(bare);
    if (key && key->system != IdentifierSystem::hpr) numbers.push_back(std::move(*key));
    return numbers;
  }
  if (bare.empty() || !std::ranges::all_of(bare, [](char c) { return c >= '0' && c <= '9'; })) {
    return numbers;
  }
  for (const IdentifierSystem system : {IdentifierSystem::orgnr, IdentifierSystem::gln,
                                        IdentifierSystem::resh, IdentifierSystem::her}) {
    if (check(NodeKey{system, bare})) numbers.push_back({system, bare, {}});
  }
  return numbers;
}

std::optional<Place> read_place(std::string_view text, std::uint32_t hash, const IdCipher& ids) {
  if (text.size() != 2 * number_digits + ExternalId{}.size()) {
    return std::nullopt;
  }
  const auto of = number_of(text.substr(0, number_digits));
  const auto rank = number_of(text.substr(number_digits, number_digits));
  const auto node = ids.open(text.substr(2 * number_digits));
  return of && *of == hash && rank && node ? std::optional(Place{*rank, *node}) : std::nullopt;
}

Result<void> read_words(std::string_view text, Query& query) {
  auto words = query_words(text);
  if (!words) {
    return tl::unexpected(words.error());
  }
  std::vector<Word> whole;
  for (const QueryWord& word : *words) {
    whole.push_back(word.word);
  }
  if (!whole.empty()) {
    query.whole_name = whole_name_of(whole);
  }
  query.words = std::move(*words);
  return {};
}

} // namespace

Result<Request> read_order(const SearchOrder& order, const IdCipher& ids) {
  if (order.limit == 0 || order.limit > hits_max) {
    return fail(ErrorCode::invalid, "a page has 1 to 100 nodes");
  }
  Request request;
  Query& query = request.query;
  if (auto read = read_words(order.text, query); !read) {
    return tl::unexpected(read.error());
  }
  query.types = order.types;
  for (const NodeSource source : order.sources) {
    query.sources = static_cast<std::uint16_t>(query.sources | source_bit(source));
  }
  query.life = order.life;
  query.sight = order.sight;
  if (!order.municipality.empty()) {
    query.municipality = municipality_facet(order.municipality);
  }
  if (!order.code.empty()) {
    if (auto set = set_code(query, order.code); !set) {
      return tl::unexpected(set.error());
    }
  }
  if (query.words.empty() && query.municipality.empty() && query.code.empty()) {
    return fail(ErrorCode::invalid, "a search needs words, a kommune or a code");
  }
  request.hash = hash_of(order);
  if (!order.after.empty()) {
    request.after = read_place(order.after, request.hash, ids);
    if (!request.after) {
      return fail(ErrorCode::out_of_range, "the place is none of this search");
    }
  }
  request.numbers = numbers_in(order.text);
  request.limit = order.limit;
  request.as_of = order.as_of;
  request.sight = order.sight;
  return request;
}

std::string text_of(const Place& place, const Request& request, const IdCipher& ids) {
  return hexadecimal(request.hash)
      .append(hexadecimal(place.rank))
      .append(view_of(ids.seal(place.node)));
}

} // namespace grunndata::registry::virksomhet::search
