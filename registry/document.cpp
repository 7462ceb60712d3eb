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

/// Appends the alternates of `row` and notes where they are.
void append_alternates(std::string& text, const Row& row, RowEntry& entry) {
  entry.alternates_begin = static_cast<std::uint32_t>(text.size());
  entry.open_size = static_cast<std::uint16_t>(row.open.size());
  entry.v1_size = static_cast<std::uint16_t>(row.v1.size());
  text += row.open;
  text += row.v1;
}

bool goes_to_current(const Row& row) noexcept {
  return row.entry.recorded_to == still_recorded && is_current(row.entry);
}

auto stored_order(const Row& row) noexcept {
  const bool withdrawn = row.entry.recorded_to != still_recorded;
  return std::make_tuple(row.entry.part, withdrawn, withdrawn ? row.entry.recorded_to : 0,
                         row.entry.ordinal);
}

std::string encode_identifiers(const std::vector<HeldIdentifier>& identifiers) {
  std::string out;
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
  return out;
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
  std::ranges::stable_sort(rows, {}, stored_order);
}

std::string Entity::encode_current() const {
  std::string directory;
  std::string text;
  std::vector<std::pair<const Row*, RowEntry>> kept;
  kept.reserve(rows.size());
  for (const Row& row : rows) {
    if (goes_to_current(row)) {
      kept.emplace_back(&row, row.entry);
    }
  }
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const PersonPart part = kept[i].second.part;
    const bool first = i == 0 || kept[i - 1].second.part != part;
    const bool last = i + 1 == kept.size() || kept[i + 1].second.part != part;
    text += first ? part_opening(part) : std::string_view(",");
    kept[i].second.row_begin = static_cast<std::uint32_t>(text.size());
    kept[i].second.row_size = static_cast<std::uint32_t>(kept[i].first->text.size());
    text += kept[i].first->text;
    if (last && facts_of(part).is_list) {
      text += ']';
    }
  }
  directory.reserve(kept.size() * sizeof(RowEntry));
  for (auto& [row, entry] : kept) {
    append_alternates(text, *row, entry);
    append_as(directory, entry);
  }
  const std::string held = encode_identifiers(identifiers);
  DocumentHeader out_header = header;
  out_header.row_count = static_cast<std::uint16_t>(kept.size());
  out_header.identifier_bytes = static_cast<std::uint16_t>(held.size());
  std::string out;
  out.reserve(sizeof(DocumentHeader) + held.size() + directory.size() + text.size());
  append_as(out, out_header);
  out += held;
  out += directory;
  out += text;
  return out;
}

std::string Entity::encode_past() const {
  std::string directory;
  std::string text;
  PastHeader out_header;
  for (const Row& row : rows) {
    if (goes_to_current(row)) {
      continue;
    }
    RowEntry entry = row.entry;
    entry.row_begin = static_cast<std::uint32_t>(text.size());
    entry.row_size = static_cast<std::uint32_t>(row.text.size());
    text += row.text;
    append_alternates(text, row, entry);
    append_as(directory, entry);
    ++out_header.row_count;
  }
  if (out_header.row_count == 0) {
    return {};
  }
  std::string out;
  out.reserve(sizeof(PastHeader) + directory.size() + text.size());
  append_as(out, out_header);
  out += directory;
  out += text;
  return out;
}

} // namespace grunndata::registry
