#include "registry/virksomhet/search/node_facts.h"

#include "registry/candidates/name_key.h"
#include "registry/candidates/row_fields.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <optional>

namespace grunndata::registry::virksomhet::search {

namespace {

constexpr std::size_t body_begin = 1; ///< rows of nodes have no metadata before their body
constexpr char facet_mark = '\x01';

std::string facet(char kind, std::string_view code) {
  return std::string(1, facet_mark).append(1, kind).append(code);
}

/// Writes down the facts of one node, row by row.
class Reader {
public:
  Reader(const Node& node, const FactsAt& at, NodeFacts& out) : node_(node), at_(at), out_(out) {}

  void read() {
    for (const NodeRow& row : node_.rows) {
      note_changes(row.entry);
      const auto field = field_of(row.entry);
      if (field) {
        read_row(row, *field);
      }
    }
    for (const HeldNumber& number : node_.numbers) {
      if (!number.is_key() && is_recorded_at(number.entry.recorded_from,
                                             number.entry.recorded_to, at_.recorded)) {
        note_source(number.entry.source);
      }
    }
  }

private:
  /// As a name of it; nothing: it does not count.
  [[nodiscard]] std::optional<Field> field_of(const NodeRowEntry& row) const noexcept {
    if (is_recorded_at(row.recorded_from, row.recorded_to, at_.recorded)) {
      if (holds_at(row.valid_from, row.valid_to, at_.valid)) {
        return Field::name;
      }
      if (row.valid_to != no_instant && row.valid_to <= at_.valid) {
        return Field::former_name;
      }
    }
    return at_.with_others ? std::optional(Field::other) : std::nullopt;
  }

  void note_changes(const NodeRowEntry& row) noexcept {
    if (row.recorded_to != still_recorded) {
      return;
    }
    for (const std::int64_t when : {row.valid_from, row.valid_to}) {
      if (when != no_instant && when > at_.valid &&
          (out_.changes_at == no_instant || when < out_.changes_at)) {
        out_.changes_at = when;
      }
    }
  }

  void note_source(NodeSource source) noexcept {
    out_.sources = static_cast<std::uint16_t>(out_.sources | source_bit(source));
  }

  void read_row(const NodeRow& row, Field field) {
    const bool holds = field == Field::name;
    if (holds) {
      note_source(row.entry.source);
    }
    is_personal_ = (row.entry.marks & mark::personal) != 0;
    switch (row.entry.part) {
    case NodePart::life:
      if (holds) read_life(row.text);
      return;
    case NodePart::name:
    case NodePart::display_name:
    case NodePart::short_name: put_name(text_of(row.text, "name"), field); return;
    case NodePart::business_address:
    case NodePart::visiting_address: put_place(row.text, holds); return;
    case NodePart::form: put_code(form_facet(text_of(row.text, "code")), holds); return;
    case NodePart::industry:
    case NodePart::auxiliary_industry:
      put_code(industry_facet(text_of(row.text, "code")), holds);
      return;
    case NodePart::classification: put_class(row.text, holds); return;
    case NodePart::employees:
      if (holds) read_size(row.text);
      return;
    default: return;
    }
  }

  void read_life(std::string_view row) {
    out_.status = find_node_status(text_of(row, "status")).value_or(out_.status);
    out_.type = find_node_type(text_of(row, "type")).value_or(out_.type);
  }

  void read_size(std::string_view row) noexcept {
    constexpr std::string_view count = R"("count":)";
    const std::size_t at = row.find(count);
    std::uint32_t employees = 0;
    if (at != std::string_view::npos) {
      const char* const begin = row.data() + at + count.size();
      std::from_chars(begin, row.data() + row.size(), employees);
    }
    out_.size = std::max(out_.size, static_cast<std::uint8_t>(std::bit_width(employees)));
  }

  void put_name(std::string_view name, Field field) {
    candidates::name_key(name, key_);
    const auto begin = static_cast<std::uint32_t>(out_.facts.size());
    put_key(field);
    const auto end = static_cast<std::uint32_t>(out_.facts.size());
    if (field == Field::name && begin != end) {
      out_.names.push_back({begin, end, is_personal_});
    }
  }

  void put_place(std::string_view row, bool holds) {
    for (const std::string_view property : {"municipality", "postalPlace"}) {
      candidates::name_key(text_of(row, property), key_);
      if (holds || at_.with_others) put_key(holds ? Field::place : Field::other);
    }
    const std::string_view number = text_of(row, "municipalityNumber");
    if (!number.empty()) put_code(municipality_facet(number), holds);
  }

  void put_class(std::string_view row, bool holds) {
    const std::string system(text_of(row, "system"));
    put_code(class_facet(system, text_of(row, "code")), holds);
  }

  void put_key(Field field) {
    for (const std::string_view token : candidates::tokens_of(key_)) {
      put(token, field);
    }
  }

  void put_code(std::string_view code, bool holds) {
    if (holds || at_.with_others) {
      put(code, holds ? Field::facet : Field::other);
    }
  }

  void put(std::string_view text, Field field) {
    const TextSlice slice{static_cast<std::uint32_t>(out_.text.size()),
                          static_cast<std::uint32_t>(text.size())};
    out_.text.append(text);
    out_.facts.push_back({slice, field, is_personal_});
  }

  /// Until the next call.
  std::string_view text_of(std::string_view row, std::string_view property) {
    return candidates::text_of(row, body_begin, property, room_).value_or(std::string_view{});
  }

  const Node& node_;
  const FactsAt& at_;
  NodeFacts& out_;
  bool is_personal_ = false;
  std::string key_, room_;
};

} // namespace

std::string municipality_facet(std::string_view number) { return facet('k', number); }
std::string industry_facet(std::string_view code) { return facet('n', code); }
std::string form_facet(std::string_view code) { return facet('f', code); }
std::string class_facet(std::string_view system, std::string_view code) {
  return facet('c', system).append(1, ':').append(code);
}

void facts_of(const Node& node, const FactsAt& at, NodeFacts& out) {
  out.type = node.header.type;
  out.status = NodeStatus::unknown;
  out.name_is_withheld = node.header.withholds_name();
  out.sources = 0;
  out.size = 0;
  out.facts.clear();
  out.names.clear();
  out.changes_at = no_instant;
  out.text.clear();
  if (node.header.type != NodeType::personell) {
    Reader(node, at, out).read();
  }
}

} // namespace grunndata::registry::virksomhet::search
