#include "registry/virksomhet/node_document.h"

#include <algorithm>
#include <cstring>
#include <tuple>

namespace grunndata::registry::virksomhet {

namespace {

struct PastHeader {
  std::uint8_t format = node_format;
  std::uint8_t domain = node_domain;
  std::uint16_t row_count = 0;
  std::uint32_t reserved = 0;
};
static_assert(sizeof(PastHeader) == 8);

tl::unexpected<Error> corrupt(const char* what) {
  return fail(ErrorCode::corrupt, std::string("stored node: ") + what);
}

template <typename T>
bool take(std::string_view& bytes, T& value) noexcept {
  if (bytes.size() < sizeof(T)) {
    return false;
  }
  std::memcpy(static_cast<void*>(&value), bytes.data(), sizeof(T));
  bytes.remove_prefix(sizeof(T));
  return true;
}

template <typename T>
void append_as(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

bool take_number(std::string_view& bytes, HeldNumber& number) noexcept {
  if (!take(bytes, number.entry) ||
      bytes.size() < std::size_t{number.entry.text_size} + number.entry.assigner_size) {
    return false;
  }
  number.text = bytes.substr(0, number.entry.text_size);
  number.assigner = bytes.substr(number.entry.text_size, number.entry.assigner_size);
  bytes.remove_prefix(number.text.size() + number.assigner.size());
  return true;
}

Result<void> take_numbers(std::string_view& bytes, std::size_t count,
                          std::vector<HeldNumber>& numbers) {
  numbers.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    HeldNumber number;
    if (!take_number(bytes, number)) {
      return corrupt("shorter than its numbers");
    }
    numbers.push_back(number);
  }
  return {};
}

Result<void> take_rows(std::string_view bytes, std::size_t count, std::vector<NodeRow>& rows) {
  if (bytes.size() < count * sizeof(NodeRowEntry)) {
    return corrupt("shorter than its directory");
  }
  const std::string_view text = bytes.substr(count * sizeof(NodeRowEntry));
  rows.reserve(rows.size() + count);
  for (std::size_t i = 0; i < count; ++i) {
    NodeRow row;
    take(bytes, row.entry);
    const std::uint64_t end = std::uint64_t{row.entry.row_begin} + row.entry.row_size;
    if (end > text.size() || static_cast<std::size_t>(row.entry.part) >= node_part_count) {
      return corrupt("a row lies outside");
    }
    row.text = text.substr(row.entry.row_begin, row.entry.row_size);
    rows.push_back(row);
  }
  return {};
}

bool goes_to_current(const NodeRow& row, std::int64_t now) noexcept {
  return row.entry.recorded_to == still_recorded &&
         (row.entry.valid_to == no_instant || row.entry.valid_to > now);
}

/// Appends the directory and the texts of the rows that are (or are not) current; how many.
std::size_t append_rows(std::string& out, const std::vector<NodeRow>& rows, std::int64_t now,
                        bool current) {
  std::size_t count = 0;
  std::uint32_t at = 0;
  for (const NodeRow& row : rows) {
    if (goes_to_current(row, now) != current) {
      continue;
    }
    NodeRowEntry entry = row.entry;
    entry.row_begin = at;
    entry.row_size = static_cast<std::uint32_t>(row.text.size());
    at += entry.row_size;
    append_as(out, entry);
    ++count;
  }
  for (const NodeRow& row : rows) {
    if (goes_to_current(row, now) == current) {
      out += row.text;
    }
  }
  return count;
}

auto stored_order(const NodeRow& row) noexcept {
  const bool withdrawn = row.entry.recorded_to != still_recorded;
  return std::make_tuple(row.entry.part, withdrawn, withdrawn ? row.entry.recorded_to : 0,
                         row.entry.source, row.entry.ordinal, row.entry.recorded_from);
}

} // namespace

bool holds_number(std::string_view current, const NodeKey& number) noexcept {
  NodeHeader header;
  if (!take(current, header) || header.format != node_format || header.domain != node_domain) {
    return false;
  }
  for (std::size_t i = 0; i < header.number_count; ++i) {
    HeldNumber held;
    if (!take_number(current, held)) {
      return false;
    }
    if (held.entry.system == number.system && held.text == number.text &&
        held.assigner == number.assigner && held.entry.recorded_to == still_recorded) {
      return true;
    }
  }
  return false;
}

Result<NodeHeader> node_header(std::string_view current) {
  NodeHeader header;
  if (!take(current, header) || header.format != node_format || header.domain != node_domain) {
    return corrupt("no header of a known format");
  }
  return header;
}

Result<Node> Node::decode(std::string_view current, std::string_view past) {
  Node node;
  const auto header = node_header(current);
  if (!header) {
    return tl::unexpected(header.error());
  }
  node.header = *header;
  current.remove_prefix(sizeof(NodeHeader));
  if (auto numbers = take_numbers(current, header->number_count, node.numbers); !numbers) {
    return tl::unexpected(numbers.error());
  }
  if (auto rows = take_rows(current, header->row_count, node.rows); !rows) {
    return tl::unexpected(rows.error());
  }
  if (past.empty()) {
    return node;
  }
  PastHeader before;
  if (!take(past, before) || before.format != node_format) {
    return corrupt("past of an unknown format");
  }
  if (auto rows = take_rows(past, before.row_count, node.rows); !rows) {
    return tl::unexpected(rows.error());
  }
  return node;
}

void Node::sort_rows() {
  const auto is_before = [](const NodeRow& a, const NodeRow& b) {
    return stored_order(a) < stored_order(b);
  };
  if (!std::ranges::is_sorted(rows, is_before)) {
    std::ranges::stable_sort(rows, is_before);
  }
}

std::string Node::encode_current(std::int64_t now) const {
  std::size_t bytes = sizeof(NodeHeader);
  for (const HeldNumber& number : numbers) {
    bytes += sizeof(NumberEntry) + number.text.size() + number.assigner.size();
  }
  for (const NodeRow& row : rows) {
    bytes += sizeof(NodeRowEntry) + row.text.size();
  }
  std::string out;
  out.reserve(bytes);
  append_as(out, header);
  for (const HeldNumber& number : numbers) {
    NumberEntry entry = number.entry;
    entry.text_size = static_cast<std::uint8_t>(number.text.size());
    entry.assigner_size = static_cast<std::uint8_t>(number.assigner.size());
    append_as(out, entry);
    out += number.text;
    out += number.assigner;
  }
  NodeHeader written = header;
  written.number_count = static_cast<std::uint16_t>(numbers.size());
  written.row_count = static_cast<std::uint16_t>(append_rows(out, rows, now, true));
  std::memcpy(out.data(), &written, sizeof written);
  return out;
}

std::string Node::encode_past(std::int64_t now) const {
  std::string out;
  append_as(out, PastHeader{});
  PastHeader written;
  written.row_count = static_cast<std::uint16_t>(append_rows(out, rows, now, false));
  if (written.row_count == 0) {
    return {};
  }
  std::memcpy(out.data(), &written, sizeof written);
  return out;
}

} // namespace grunndata::registry::virksomhet
