#include "registry/document.h"

#include <algorithm>
#include <bit>
#include <tuple>

namespace grunndata::registry {

static_assert(std::endian::native == std::endian::little, "values are stored little-endian");

namespace {

/// Before the rows of a past value.
struct PastHeader {
  std::uint8_t format = document_format;
  std::uint8_t domain = 1;
  std::uint16_t row_count = 0;
  std::uint32_t reserved = 0;
};
static_assert(sizeof(PastHeader) == 8);

struct HeldHeader {
  std::uint8_t type = 0;
  std::uint8_t flags = 0; ///< 1 in use, 2 primary, 4 own
  std::uint8_t text_size = 0;
  std::uint8_t assigner_size = 0;
};

template <typename T>
T read_as(std::string_view bytes) noexcept {
  T value;
  std::memcpy(static_cast<void*>(&value), bytes.data(), sizeof(T));
  return value;
}

template <typename T>
void append_as(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

tl::unexpected<Error> corrupt(const char* what) {
  return fail(ErrorCode::corrupt, std::string("stored document: ") + what);
}

struct PartTexts {
  std::array<std::string, person_part_count> opening;
  std::array<std::string, person_part_count> empty;
  PartTexts() {
    for (std::size_t i = 0; i < person_part_count; ++i) {
      const std::string name = ",\"" + std::string(person_parts[i].property) + "\":";
      opening[i] = name + (person_parts[i].is_list ? "[" : "");
      empty[i] = name + (person_parts[i].is_list ? "[]" : "null");
    }
  }
};

const PartTexts& part_texts() {
  static const PartTexts texts;
  return texts;
}

/// Appends the alternates of `row` to `out`, whose text area begins at `text_at`, and notes where.
void append_alternates(std::string& out, std::size_t text_at, const Row& row, RowEntry& entry) {
  entry.alternates_begin = static_cast<std::uint32_t>(out.size() - text_at);
  entry.open_size = static_cast<std::uint16_t>(row.open.size());
  entry.v1_size = static_cast<std::uint16_t>(row.v1.size());
  out += row.open;
  out += row.v1;
}

void append_row(std::string& out, std::size_t text_at, const Row& row, RowEntry& entry) {
  entry.row_begin = static_cast<std::uint32_t>(out.size() - text_at);
  entry.row_size = static_cast<std::uint32_t>(row.text.size());
  out += row.text;
}

bool goes_to_current(const Row& row) noexcept {
  return row.entry.recorded_to == still_recorded && is_current(row.entry);
}

auto stored_order(const Row& row) noexcept {
  const bool withdrawn = row.entry.recorded_to != still_recorded;
  return std::make_tuple(row.entry.part, withdrawn, withdrawn ? row.entry.recorded_to : 0,
                         row.entry.ordinal);
}

std::size_t bytes_of(const std::vector<HeldIdentifier>& identifiers) noexcept {
  std::size_t bytes = 0;
  for (const auto& held : identifiers) {
    bytes += sizeof(HeldHeader) + held.text.size() + held.assigner.size();
  }
  return bytes;
}

void append_identifiers(std::string& out, const std::vector<HeldIdentifier>& identifiers) {
  for (const auto& held : identifiers) {
    append_as(out, HeldHeader{static_cast<std::uint8_t>(held.type),
                              static_cast<std::uint8_t>((held.in_use ? 1U : 0U) |
                                                        (held.is_primary ? 2U : 0U) |
                                                        (held.is_own ? 4U : 0U)),
                              static_cast<std::uint8_t>(held.text.size()),
                              static_cast<std::uint8_t>(held.assigner.size())});
    out += held.text;
    out += held.assigner;
  }
}

/// The bytes of `row` in a value, its place in the directory included, but nothing around it.
std::size_t bytes_of(const Row& row) noexcept {
  return sizeof(RowEntry) + row.text.size() + row.open.size() + row.v1.size();
}

/// Calls `each` for every held identifier until it returns false. False when the bytes are bad.
template <typename Each>
bool walk_identifiers(std::string_view bytes, Each&& each) {
  while (!bytes.empty()) {
    if (bytes.size() < sizeof(HeldHeader)) {
      return false;
    }
    const auto header = read_as<HeldHeader>(bytes);
    const std::size_t size = sizeof(HeldHeader) + header.text_size + header.assigner_size;
    if (bytes.size() < size) {
      return false;
    }
    HeldIdentifier held;
    held.type = static_cast<IdentifierType>(header.type);
    held.in_use = (header.flags & 1U) != 0;
    held.is_primary = (header.flags & 2U) != 0;
    held.is_own = (header.flags & 4U) != 0;
    held.text = bytes.substr(sizeof(HeldHeader), header.text_size);
    held.assigner = bytes.substr(sizeof(HeldHeader) + header.text_size, header.assigner_size);
    if (!each(held)) {
      return true;
    }
    bytes.remove_prefix(size);
  }
  return true;
}

} // namespace

std::string_view part_opening(PersonPart part) noexcept {
  return part_texts().opening[static_cast<std::size_t>(part)];
}

std::string_view part_empty(PersonPart part) noexcept {
  return part_texts().empty[static_cast<std::size_t>(part)];
}

Result<DocumentBytes> DocumentBytes::current(std::string_view bytes) {
  if (bytes.size() < sizeof(DocumentHeader)) {
    return corrupt("shorter than its header");
  }
  const auto header = read_as<DocumentHeader>(bytes);
  if (header.format != document_format || header.domain != 1) {
    return corrupt("unknown format or domain");
  }
  if (header.protection > static_cast<std::uint8_t>(Grading::strictly_confidential)) {
    return corrupt("unknown protection");
  }
  const std::size_t rows_at = sizeof(DocumentHeader) + header.identifier_bytes;
  const std::size_t text_at = rows_at + header.row_count * sizeof(RowEntry);
  if (bytes.size() < text_at) {
    return corrupt("shorter than its directory");
  }
  DocumentBytes document;
  document.bytes_ = bytes;
  document.identifiers_ = bytes.substr(sizeof(DocumentHeader), header.identifier_bytes);
  document.rows_ = bytes.data() + rows_at;
  document.row_count_ = header.row_count;
  document.text_ = bytes.substr(text_at);
  return document;
}

Result<DocumentBytes> DocumentBytes::past(std::string_view bytes) {
  DocumentBytes document;
  document.bytes_ = bytes;
  if (bytes.empty()) {
    return document;
  }
  if (bytes.size() < sizeof(PastHeader)) {
    return corrupt("past shorter than its header");
  }
  const auto header = read_as<PastHeader>(bytes);
  const std::size_t text_at = sizeof(PastHeader) + header.row_count * sizeof(RowEntry);
  if (header.format != document_format || bytes.size() < text_at) {
    return corrupt("past of unknown format or shorter than its directory");
  }
  document.rows_ = bytes.data() + sizeof(PastHeader);
  document.row_count_ = header.row_count;
  document.text_ = bytes.substr(text_at);
  return document;
}

DocumentHeader DocumentBytes::header() const noexcept { return read_as<DocumentHeader>(bytes_); }

Result<Row> DocumentBytes::row(std::size_t index) const {
  Row row{entry(index), {}, {}, {}};
  const RowEntry& e = row.entry;
  const std::size_t alternates = std::size_t{e.open_size} + e.v1_size;
  if (std::size_t{e.row_begin} + e.row_size > text_.size() ||
      std::size_t{e.alternates_begin} + alternates > text_.size() ||
      static_cast<std::size_t>(e.part) >= person_part_count ||
      e.grading > Grading::strictly_confidential || e.validity > Validity::not_valid ||
      e.metadata_bytes == 0 || e.metadata_bytes >= e.row_size) {
    return corrupt("a row outside its text");
  }
  row.text = text_.substr(e.row_begin, e.row_size);
  row.open = text_.substr(e.alternates_begin, e.open_size);
  row.v1 = text_.substr(e.alternates_begin + e.open_size, e.v1_size);
  return row;
}

Result<std::vector<HeldIdentifier>> DocumentBytes::identifiers() const {
  std::vector<HeldIdentifier> all;
  const bool whole = walk_identifiers(identifiers_, [&all](const HeldIdentifier& held) {
    all.push_back(held);
    return true;
  });
  if (!whole) {
    return corrupt("identifiers");
  }
  return all;
}

std::optional<HeldIdentifier> DocumentBytes::held(const IdentifierKey& key) const noexcept {
  std::optional<HeldIdentifier> found;
  walk_identifiers(identifiers_, [&](const HeldIdentifier& held) {
    if (held.key() == key) {
      found = held;
    }
    return !found;
  });
  return found;
}

bool DocumentBytes::holds(const IdentifierKey& key) const noexcept {
  bool found = false;
  walk_identifiers(identifiers_, [&](const HeldIdentifier& held) {
    found = held.key() == key;
    return !found;
  });
  return found;
}

Result<Entity> Entity::decode(std::string_view current, std::string_view past) {
  Entity entity;
  const auto now_part = DocumentBytes::current(current);
  const auto past_part = DocumentBytes::past(past);
  if (!now_part || !past_part) {
    return corrupt("cannot be decoded");
  }
  entity.header = now_part->header();
  auto identifiers = now_part->identifiers();
  if (!identifiers) {
    return tl::unexpected(identifiers.error());
  }
  entity.identifiers = std::move(*identifiers);
  entity.rows.reserve(now_part->row_count() + past_part->row_count());
  for (const auto* document : {&*now_part, &*past_part}) {
    for (std::size_t i = 0; i < document->row_count(); ++i) {
      auto row = document->row(i);
      if (!row) {
        return tl::unexpected(row.error());
      }
      entity.rows.push_back(*row);
    }
  }
  return entity;
}

void Entity::sort_rows() {
  if (!std::ranges::is_sorted(rows, {}, stored_order)) {
    std::ranges::stable_sort(rows, {}, stored_order);
  }
}

std::string Entity::encode_current() const {
  std::vector<std::pair<const Row*, RowEntry>> kept;
  kept.reserve(rows.size());
  const std::size_t held_bytes = bytes_of(identifiers);
  std::size_t bytes = sizeof(DocumentHeader) + held_bytes;
  for (const Row& row : rows) {
    if (goes_to_current(row)) {
      kept.emplace_back(&row, row.entry);
      bytes += bytes_of(row) + part_opening(row.entry.part).size() + sizeof(']');
    }
  }
  DocumentHeader out_header = header;
  out_header.row_count = static_cast<std::uint16_t>(kept.size());
  out_header.identifier_bytes = static_cast<std::uint16_t>(held_bytes);
  std::string out;
  out.reserve(bytes);
  append_as(out, out_header);
  append_identifiers(out, identifiers);
  const std::size_t directory_at = out.size();
  out.append(kept.size() * sizeof(RowEntry), '\0');
  const std::size_t text_at = out.size();
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const PersonPart part = kept[i].second.part;
    const bool first = i == 0 || kept[i - 1].second.part != part;
    const bool last = i + 1 == kept.size() || kept[i + 1].second.part != part;
    out += first ? part_opening(part) : std::string_view(",");
    append_row(out, text_at, *kept[i].first, kept[i].second);
    if (last && facts_of(part).is_list) {
      out += ']';
    }
  }
  for (std::size_t i = 0; i < kept.size(); ++i) {
    auto& [row, entry] = kept[i];
    append_alternates(out, text_at, *row, entry);
    std::memcpy(out.data() + directory_at + i * sizeof(RowEntry), &entry, sizeof(RowEntry));
  }
  return out;
}

std::string Entity::encode_past() const {
  PastHeader out_header;
  std::size_t bytes = sizeof(PastHeader);
  for (const Row& row : rows) {
    if (!goes_to_current(row)) {
      ++out_header.row_count;
      bytes += bytes_of(row);
    }
  }
  if (out_header.row_count == 0) {
    return {};
  }
  std::string out;
  out.reserve(bytes);
  append_as(out, out_header);
  std::size_t directory_at = out.size();
  out.append(out_header.row_count * sizeof(RowEntry), '\0');
  const std::size_t text_at = out.size();
  for (const Row& row : rows) {
    if (goes_to_current(row)) {
      continue;
    }
    RowEntry entry = row.entry;
    append_row(out, text_at, row, entry);
    append_alternates(out, text_at, row, entry);
    std::memcpy(out.data() + directory_at, &entry, sizeof(RowEntry));
    directory_at += sizeof(RowEntry);
  }
  return out;
}

} // namespace grunndata::registry
