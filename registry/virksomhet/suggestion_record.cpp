// Suggestions as they are stored and shown.
#include "registry/fields.h"
#include "registry/virksomhet/node_json.h"
#include "registry/virksomhet/suggestions.h"

#include <algorithm>
#include <array>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry::virksomhet {

namespace {

constexpr std::uint8_t suggestion_format = 1;
constexpr std::array<std::string_view, 4> state_names{"open", "approved", "rejected", "withdrawn"};
constexpr std::array<std::string_view, match_fact_count> fact_names{
    "number", "name", "address", "municipality", "parent", "level"};

} // namespace

std::string_view name_of(SuggestionState state) noexcept {
  const auto place = static_cast<std::size_t>(state) - 1;
  return place < state_names.size() ? state_names[place] : std::string_view{};
}

std::optional<SuggestionState> find_suggestion_state(std::string_view name) noexcept {
  const auto found = std::ranges::find(state_names, name);
  return found == state_names.end()
             ? std::nullopt
             : std::optional(static_cast<SuggestionState>(found - state_names.begin() + 1));
}

std::string_view name_of(MatchFact fact) noexcept {
  const auto place = static_cast<std::size_t>(fact) - 1;
  return place < fact_names.size() ? fact_names[place] : std::string_view{};
}

EntityId suggestion_id(const EntityId& lower, const EntityId& upper) noexcept {
  std::array<char, 32> bytes{};
  std::memcpy(bytes.data(), lower.bytes.data(), lower.bytes.size());
  std::memcpy(bytes.data() + lower.bytes.size(), upper.bytes.data(), upper.bytes.size());
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  EntityId id;
  std::memcpy(id.bytes.data(), &hash.low64, sizeof hash.low64);
  std::memcpy(id.bytes.data() + sizeof hash.low64, &hash.high64, sizeof hash.high64);
  return id;
}

std::string suggestion_key(const EntityId& id) { return std::string(1, 'm').append(id.view()); }

std::string write_suggestion(const Suggestion& suggestion) {
  FieldWriter out;
  out.number(suggestion_format)
      .number(suggestion.state)
      .number(suggestion.score)
      .entity(suggestion.lower)
      .entity(suggestion.upper)
      .number(suggestion.relation)
      .number(static_cast<std::uint32_t>(suggestion.reasons.size()));
  for (const MatchReason& reason : suggestion.reasons) {
    out.number(reason.fact).number(reason.agreement);
  }
  write_steps(out, suggestion.steps);
  return std::move(out).take();
}

std::optional<Suggestion> read_suggestion(std::string_view key, std::string_view value) {
  Suggestion suggestion;
  if (key.size() != 1 + suggestion.id.bytes.size()) {
    return std::nullopt;
  }
  std::memcpy(suggestion.id.bytes.data(), key.data() + 1, suggestion.id.bytes.size());
  FieldReader in(value);
  std::uint8_t format = 0;
  in.number(format);
  in.number(suggestion.state);
  in.number(suggestion.score);
  in.entity(suggestion.lower);
  in.entity(suggestion.upper);
  in.number(suggestion.relation);
  for (std::uint32_t count = in.count(); count != 0; --count) {
    MatchReason& reason = suggestion.reasons.emplace_back();
    in.number(reason.fact);
    in.number(reason.agreement);
  }
  read_steps(in, suggestion.steps);
  if (!in.whole() || format != suggestion_format || name_of(suggestion.state).empty() ||
      suggestion.steps.empty()) {
    return std::nullopt;
  }
  return suggestion;
}

Result<std::vector<Suggestion>> all_suggestions(const store::Store& store) {
  std::vector<Suggestion> all;
  const auto cursor = store.scan(store::Family::structure);
  for (cursor->seek("m"); cursor->valid() && cursor->key().starts_with('m'); cursor->next()) {
    auto suggestion = read_suggestion(cursor->key(), cursor->value());
    if (!suggestion) {
      return fail(ErrorCode::corrupt, "a suggestion cannot be read");
    }
    all.push_back(std::move(*suggestion));
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  return all;
}

Result<void> append_json(std::string& out, const Structure& structure,
                         const Suggestion& suggestion) {
  const std::array<EntityId, 2> nodes{suggestion.lower, suggestion.upper};
  const auto summaries = structure.summaries(nodes);
  if (!summaries) {
    return tl::unexpected(summaries.error());
  }
  out += R"({"id":)";
  append_json_text(out, hex_of(suggestion.id));
  append_json_member(out, "state", name_of(suggestion.state));
  out.append(R"(,"score":)").append(std::to_string(suggestion.score)).append(R"(,"lower":)");
  append_json(out, summaries->front());
  out += R"(,"upper":)";
  append_json(out, summaries->back());
  if (suggestion.relation != 0) {
    append_json_member(out, "relation", std::to_string(suggestion.relation));
  }
  out += R"(,"reasons":[)";
  for (const MatchReason& reason : suggestion.reasons) {
    out += &reason == &suggestion.reasons.front() ? R"({"fact":)" : R"(,{"fact":)";
    append_json_text(out, name_of(reason.fact));
    out.append(R"(,"agreement":)").append(std::to_string(reason.agreement)).append("}");
  }
  out += ']';
  append_steps(out, suggestion.steps);
  out += '}';
  return {};
}

} // namespace grunndata::registry::virksomhet
