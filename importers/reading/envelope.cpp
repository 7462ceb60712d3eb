#include "importers/reading/envelope.h"

#include "importers/reading/json_scan.h"

#include <algorithm>
#include <optional>

namespace grunndata::importers::reading {

namespace {

using State = EnvelopeFinding::State;
using Names = std::vector<std::string_view>;

constexpr std::size_t beyond = std::string_view::npos;

/// What of the paths is left below the member `key`.
Names below(const Names& paths, std::string_view key) {
  Names rest;
  for (const std::string_view path : paths) {
    if (path.size() > key.size() && path.starts_with(key) && path[key.size()] == '.') {
      rest.push_back(path.substr(key.size() + 1));
    }
  }
  return rest;
}

class Walk {
 public:
  Walk(std::string_view text, std::string_view page_member)
      : text_(text), page_member_(page_member) {}

  /// The object whose `{` stands at `at`.
  EnvelopeFinding object(std::size_t at, const Names& paths, bool outermost);

 private:
  [[nodiscard]] EnvelopeFinding ended(State state, std::size_t end = 0) const {
    return {state, 0, 0, end};
  }
  [[nodiscard]] bool is_over(std::size_t at) const noexcept { return at >= text_.size(); }
  /// Past a value nobody looks into; sets `state` when its end is not to be found.
  std::size_t skip_value(std::size_t at, State& state) const;

  std::string_view text_;
  std::string_view page_member_;
};

std::size_t Walk::skip_value(std::size_t at, State& state) const {
  if (text_[at] == '"') {
    const std::size_t end = after_json_string(text_, at);
    if (end == beyond) state = text_.find('\n', at) == beyond ? State::unknown : State::none;
    return end;
  }
  if (text_[at] == '{' || text_[at] == '[') {
    BracketScan scan;
    const auto end = scan.run(text_.substr(at));
    if (!end) state = scan.is_broken() ? State::none : State::unknown;
    return end ? at + *end : beyond;
  }
  const std::size_t end = text_.find_first_of(",}", at);
  if (end == beyond) state = State::unknown;
  return end;
}

EnvelopeFinding Walk::object(std::size_t at, const Names& paths, bool outermost) {
  bool is_page = false;
  ++at;
  while (true) {
    at = skip_json_space(text_, at);
    if (!is_over(at) && text_[at] == ',') at = skip_json_space(text_, at + 1);
    if (is_over(at)) return ended(State::unknown);
    if (text_[at] == '}') return ended(is_page ? State::page : State::none, at + 1);
    if (text_[at] != '"') return ended(State::none);
    State state = State::list;
    const std::size_t key_end = skip_value(at, state);
    if (key_end == beyond) return ended(state);
    const std::string_view key = text_.substr(at + 1, key_end - at - 2);
    at = skip_json_space(text_, key_end);
    if (!is_over(at) && text_[at] != ':') return ended(State::none);
    at = skip_json_space(text_, at + 1);
    if (is_over(at)) return ended(State::unknown);
    is_page |= outermost && !page_member_.empty() && key == page_member_;
    if (text_[at] == '[' && std::ranges::count(paths, key) > 0) return {State::list, at + 1, 1, 0};
    const Names rest = text_[at] == '{' ? below(paths, key) : Names{};
    if (rest.empty()) {
      at = skip_value(at, state);
      if (at == beyond) return ended(state);
      continue;
    }
    EnvelopeFinding inner = object(at, rest, false);
    if (inner.state == State::list) ++inner.objects_open;
    if (inner.state != State::none || inner.end == 0) return inner;
    at = inner.end;
  }
}

} // namespace

EnvelopeFinding find_envelope(std::string_view text, const Envelopes& envelopes) {
  if (text.empty()) return {};
  if (envelopes.lists.empty() || !text.starts_with('{')) return {State::none, 0, 0, 0};
  const Names paths(envelopes.lists.begin(), envelopes.lists.end());
  return Walk(text, envelopes.page_member).object(0, paths, true);
}

} // namespace grunndata::importers::reading
