#include "registry/event_json.h"

#include <array>
#include <charconv>

namespace grunndata::registry {

namespace {

constexpr std::array<std::string_view, 3> kind_names{"person", "personell", "virksomhet"};

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

/// `,"eventType":"ChangeInName","changedParts":["Name"]`
std::string written(EventType type) {
  std::string out = R"(,"eventType":")";
  out.append(name_of(type)).append("\"");
  const PersonPartSet parts = changed_parts(type);
  std::string_view before = R"(,"changedParts":[")";
  for (const PersonPartFacts& facts : person_parts) {
    if (parts.test(static_cast<std::size_t>(facts.part))) {
      out.append(before).append(facts.information_part).append("\"");
      before = ",\"";
    }
  }
  return parts.any() ? out.append("]") : out;
}

const std::string& text_of(EventType type) {
  static const auto texts = [] {
    std::array<std::string, event_type_count> all;
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] = written(static_cast<EventType>(i));
    }
    return all;
  }();
  return texts[static_cast<std::size_t>(type)];
}

} // namespace

void append_json(std::string& out, const Event& event) {
  out += R"({"sequenceNumber":)";
  append_number(out, event.sequence);
  out += R"(,"entity":")";
  out += name_of(event.kind);
  out += event.kind == EntityKind::virksomhet ? R"(","virksomhetId":")" : R"(","personId":")";
  out += view_of(event.person);
  out += '"';
  out += text_of(event.type);
  if (event.cause != EventCause::unknown) {
    out += R"(,"cause":")";
    out += name_of(event.cause);
    out += '"';
  }
  if (event.corrects != 0) {
    out += R"(,"corrects":)";
    append_number(out, event.corrects);
  }
  out += R"(,"recordedAt":")";
  out += format_instant(event.recorded);
  out += R"("})";
}

std::string_view name_of(EntityKind kind) noexcept {
  const auto index = static_cast<std::size_t>(kind) - 1;
  return index < kind_names.size() ? kind_names[index] : std::string_view();
}

std::optional<EntityKind> find_entity_kind(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kind_names.size(); ++i) {
    if (kind_names[i] == name) {
      return static_cast<EntityKind>(i + 1);
    }
  }
  return std::nullopt;
}

} // namespace grunndata::registry
