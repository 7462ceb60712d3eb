// Conflicts as they are stored and shown.
#include "registry/virksomhet/conflicts.h"

#include "registry/fields.h"
#include "registry/virksomhet/curated_relations.h"
#include "registry/virksomhet/node_json.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace grunndata::registry::virksomhet {

namespace {

constexpr std::uint8_t conflict_format = 1;
constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::array<std::string_view, 3> state_names{"OPEN", "AKSEPTERT", "LOST"};

} // namespace

std::string_view name_of(ConflictState state) noexcept {
  const auto place = static_cast<std::size_t>(state) - 1;
  return place < state_names.size() ? state_names[place] : std::string_view{};
}

std::optional<ConflictState> find_conflict_state(std::string_view name) noexcept {
  const auto found = std::ranges::find(state_names, name);
  return found == state_names.end()
             ? std::nullopt
             : std::optional(static_cast<ConflictState>(found - state_names.begin() + 1));
}

std::string hex_of(const EntityId& id) {
  std::string text;
  for (const std::uint8_t byte : id.bytes) {
    text += hex_digits[byte >> 4U];
    text += hex_digits[byte & 0xFU];
  }
  return text;
}

std::optional<EntityId> id_of_hex(std::string_view text) noexcept {
  EntityId id;
  if (text.size() != 2 * id.bytes.size()) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t digit = hex_digits.find(text[i]);
    if (digit == std::string_view::npos) {
      return std::nullopt;
    }
    id.bytes[i / 2] = static_cast<std::uint8_t>((id.bytes[i / 2] << 4U) | digit);
  }
  return id;
}

std::string conflict_key(const EntityId& id) { return std::string(1, 'k').append(id.view()); }

std::string write_conflict(const Conflict& conflict) {
  FieldWriter out;
  out.number(conflict_format)
      .number(conflict.field)
      .number(conflict.state)
      .entity(conflict.lower)
      .entity(conflict.upper)
      .number(conflict.fingerprint);
  write_steps(out, conflict.steps);
  return std::move(out).take();
}

std::optional<Conflict> read_conflict(std::string_view key, std::string_view value) {
  Conflict conflict;
  if (key.size() != 1 + conflict.id.bytes.size()) {
    return std::nullopt;
  }
  std::memcpy(conflict.id.bytes.data(), key.data() + 1, conflict.id.bytes.size());
  FieldReader in(value);
  std::uint8_t format = 0;
  in.number(format);
  in.number(conflict.field);
  in.number(conflict.state);
  in.entity(conflict.lower);
  in.entity(conflict.upper);
  in.number(conflict.fingerprint);
  read_steps(in, conflict.steps);
  const auto place = static_cast<std::size_t>(conflict.field) - 1;
  if (!in.whole() || format != conflict_format || place >= joined_field_count ||
      name_of(conflict.state).empty() || conflict.steps.empty()) {
    return std::nullopt;
  }
  return conflict;
}

Result<void> append_json(std::string& out, const Structure& structure, const Conflict& conflict,
                         const Authority& authority) {
  const std::size_t count = conflict.lower == conflict.upper ? 1 : 2;
  const std::array<EntityId, 2> nodes{conflict.lower, conflict.upper};
  const auto summaries = structure.summaries(std::span(nodes).first(count));
  if (!summaries) {
    return tl::unexpected(summaries.error());
  }
  out += R"({"id":)";
  append_json_text(out, hex_of(conflict.id));
  append_json_member(out, "field", facts_of(conflict.field).name);
  append_json_member(out, "state", name_of(conflict.state));
  out += R"(,"nodes":[)";
  std::vector<JoinedValue> values;
  for (std::size_t i = 0; i < count; ++i) {
    out += i == 0 ? "" : ",";
    append_json(out, (*summaries)[i]);
    auto said = values_of(structure, nodes[i], authority);
    if (!said && said.error().code != ErrorCode::not_known_then) {
      return tl::unexpected(said.error());
    }
    if (said) {
      std::ranges::move((*said)[static_cast<std::size_t>(conflict.field) - 1],
                        std::back_inserter(values));
    }
  }
  std::ranges::stable_sort(values, {}, [&](const JoinedValue& value) {
    return authority.rank(conflict.field, value.source).value_or(0);
  });
  out += R"(],"values":[)";
  for (const JoinedValue& value : values) {
    out += &value == &values.front() ? "" : ",";
    append_json(out, structure, value);
  }
  out += ']';
  append_json_member(out, "created", format_instant(conflict.steps.front().when));
  append_steps(out, conflict.steps);
  out += '}';
  return {};
}

} // namespace grunndata::registry::virksomhet
