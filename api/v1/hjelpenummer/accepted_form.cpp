#include "api/v1/hjelpenummer/accepted_form.h"

#include <algorithm>

namespace grunndata::api::v1 {
namespace {

constexpr int weight_max = 1'000; ///< thousandths: all that a weight can say

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view take_until(std::string_view& rest, char end) {
  const std::size_t at = std::min(rest.find(end), rest.size());
  const std::string_view part = trimmed(rest.substr(0, at));
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return part;
}

/// "0.5" is 500; nothing for what is no weight.
std::optional<int> weight_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  int weight = text[0] == '1' ? weight_max : 0;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int place = weight_max / 10;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return std::nullopt;
    weight += (c - '0') * place;
    place /= 10;
  }
  return weight > weight_max ? std::nullopt : std::optional(weight);
}

/// 0: the range is not of the type; else the more the nearer.
int nearness(std::string_view range, std::string_view type) {
  if (http::equals_ignoring_case(range, type)) return 3;
  const std::string_view kind = type.substr(0, type.find('/') + 1);
  if (range.size() == kind.size() + 1 && range.ends_with('*') &&
      http::equals_ignoring_case(range.substr(0, kind.size()), kind)) {
    return 2;
  }
  return range == "*/*" ? 1 : 0;
}

/// How much a type is wanted.
class Wish {
public:
  explicit Wish(std::string_view type) : type_(type) {}
  void read(std::string_view header) {
    while (!header.empty()) read_range(take_until(header, ','));
  }
  [[nodiscard]] int weight() const { return weight_; }

private:
  void read_range(std::string_view element) {
    const int near = nearness(take_until(element, ';'), type_);
    std::optional<int> weight = weight_max;
    while (!element.empty()) {
      const std::string_view parameter = take_until(element, ';');
      const std::string_view name = parameter.substr(0, 2);
      if (name == "q=" || name == "Q=") weight = weight_of(parameter.substr(2));
    }
    if (weight && near > nearest_) {
      nearest_ = near;
      weight_ = *weight;
    }
  }

  std::string_view type_;
  int nearest_ = 0;
  int weight_ = 0;
};

} // namespace

std::optional<std::size_t> accepted_form(const http::Request& request,
                                         std::span<const std::string_view> types) {
  if (request.header_count("Accept") == 0) return 0;
  std::optional<std::size_t> best;
  int most = 0;
  for (std::size_t i = 0; i < types.size(); ++i) {
    Wish wish(types[i]);
    for (const http::Header& header : request.headers) {
      if (http::equals_ignoring_case(header.name, "Accept")) wish.read(header.value);
    }
    if (wish.weight() > most) {
      most = wish.weight();
      best = i;
    }
  }
  return best;
}

} // namespace grunndata::api::v1
