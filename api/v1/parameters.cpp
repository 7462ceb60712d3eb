#include "api/v1/parameters.h"

#include "api/http/form.h"

#include <charconv>

namespace grunndata::api::v1 {
namespace {

Refusal set_history(std::string_view text, registry::ViewRequest& view) {
  if (text != "true" && text != "false") {
    return {&problem::parameter_invalid, "history is true or false", history_field};
  }
  view.history = text == "true";
  return {};
}

/// Which of the four parameters were seen.
struct Seen {
  bool history = false;
  bool as_of = false;
  bool recorded_as_of = false;
};

Refusal once(bool& seen, std::string_view field) {
  if (seen) return {&problem::parameter_repeated, {}, field};
  seen = true;
  return {};
}

Refusal read_field(const Context& context, std::string_view name, std::string_view value,
                   Seen& seen, registry::ViewRequest& view) {
  if (name == parts_field) return add_parts(value, view);
  if (name == history_field) {
    const Refusal repeated = once(seen.history, history_field);
    return repeated ? repeated : set_history(value, view);
  }
  if (name == as_of_field) {
    const Refusal repeated = once(seen.as_of, as_of_field);
    return repeated ? repeated : set_as_of(value, view);
  }
  if (name == recorded_as_of_field) {
    const Refusal repeated = once(seen.recorded_as_of, recorded_as_of_field);
    return repeated ? repeated : set_recorded_as_of(context, value, view);
  }
  return {&problem::parameter_unknown, "Known are parts, history, asOf and recordedAsOf", {}};
}

} // namespace

registry::ViewRequest plain_view(const Call& call) noexcept {
  registry::ViewRequest view;
  view.access = call.access;
  view.dialect = registry::Dialect::v1;
  return view;
}

Refusal add_parts(std::string_view names, registry::ViewRequest& view) {
  while (true) {
    const std::size_t comma = names.find(',');
    const auto part = registry::find_information_part(names.substr(0, comma));
    if (!part) return {&problem::part_unknown, "A value of parts is unknown", parts_field};
    view.parts.set(static_cast<std::size_t>(*part));
    if (comma == std::string_view::npos) return {};
    names.remove_prefix(comma + 1);
  }
}

Refusal set_as_of(std::string_view text, registry::ViewRequest& view) {
  view.as_of = registry::parse_instant(text);
  if (view.as_of) return {};
  return {&problem::parameter_invalid, "asOf is a date, or a date-time with its offset",
          as_of_field};
}

Refusal set_recorded_as_of(const Context& context, std::string_view text,
                           registry::ViewRequest& view) {
  std::uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), sequence);
  if (error == std::errc{} && end == text.data() + text.size()) {
    return set_recorded_as_of(context, sequence, view);
  }
  const auto instant = registry::parse_instant(text);
  if (!instant) {
    return {&problem::parameter_invalid,
            "recordedAsOf is a sequence number, a date, or a date-time with its offset",
            recorded_as_of_field};
  }
  const auto known = context.registry.sequence_at(*instant);
  if (!known) return {&problem_of(known.error().code), {}, recorded_as_of_field};
  view.recorded_as_of = *known;
  return {};
}

Refusal set_recorded_as_of(const Context& context, std::uint64_t sequence,
                           registry::ViewRequest& view) {
  if (sequence > context.registry.newest_sequence()) {
    return {&problem::sequence_ahead, {}, recorded_as_of_field};
  }
  view.recorded_as_of = sequence;
  return {};
}

Refusal read_view_query(const Context& context, std::string_view query,
                        registry::ViewRequest& view) {
  Seen seen;
  http::FormReader reader(query);
  while (reader.next()) {
    if (const Refusal refusal = read_field(context, reader.name(), reader.value(), seen, view)) {
      return refusal;
    }
  }
  if (reader.error()) return {&problem::form_invalid, {}, {}};
  if (view.parts.none()) return {&problem::parts_required, {}, parts_field};
  return {};
}

Refusal refuse_parameters(std::string_view query) {
  if (query.empty()) return {};
  return {&problem::parameter_unknown, "The operation takes no parameters", {}};
}

} // namespace grunndata::api::v1
