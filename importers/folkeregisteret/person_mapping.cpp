#include "importers/folkeregisteret/person_mapping.h"

#include "importers/folkeregisteret/claims.h"
#include "importers/folkeregisteret/element_schemas.h"
#include "importers/folkeregisteret/place_fields.h"
#include "importers/folkeregisteret/row_writer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <simdjson.h>
#include <utility>
#include <vector>

namespace grunndata::importers::folkeregisteret {

using registry::AssertionDraft;
using registry::Grading;
using registry::PersonPart;
using registry::SourceRecord;
using registry::TextSlice;

namespace {

using Fault = std::optional<MappingFault>;

TextSlice slice_from(std::size_t begin, std::size_t end) noexcept {
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)};
}

void keep_newest(std::optional<registry::Instant>& newest,
                 std::optional<registry::Instant> other) noexcept {
  if (other && (!newest || *newest < *other)) newest = other;
}

} // namespace

class PersonMapper::Work {
 public:
  explicit Work(const MappingOptions& options)
      : places_(options.places != nullptr ? *options.places : PlaceLists::built_in()),
        claims_(options) {}

  Fault map(std::string_view json, SourceRecord& out, MappingReport& report);

 private:
  /// Leaves `out.raw` padded.
  Fault map_once(std::string_view json, SourceRecord& out, MappingReport& report);
  Fault take_raw(std::string_view json, SourceRecord& out);
  Fault map_elements(SourceRecord& out, RowWriter& rows);
  const char* map_element(const ElementMapping& element, const char* at, SourceRecord& out,
                          RowWriter& rows);
  const char* map_row(const ElementMapping& element, std::size_t index, const char* at,
                      SourceRecord& out, RowWriter& rows);
  TextSlice render(const ElementMapping& element, const char* at, Rendering rendering,
                   RowWriter& rows);
  void open_protected_rows(const SourceRecord& out, RowWriter& rows);
  void group(SourceRecord& out) const;
  void note(Oddity oddity, std::string_view name) { report_->note(oddity, {&name, 1}); }

  simdjson::dom::parser parser_;
  const PlaceLists& places_;
  ClaimCollector claims_;
  JsonWriter text_;
  std::vector<AssertionDraft> drafts_; ///< in the order of the document
  MappingReport* report_ = nullptr;
};

Fault PersonMapper::Work::map(std::string_view json, SourceRecord& out, MappingReport& report) {
  Fault fault = map_once(json, out, report);
  if (!fault && out.protection == Grading::strictly_confidential && !out.protection_is_assumed) {
    std::string reduced = without_place_fields(out);
    if (reduced.size() != out.raw.size()) {
      reduced.resize(reduced.size() - json_padding_bytes);
      MappingReport told_already;
      fault = map_once(reduced, out, told_already);
    }
  }
  if (out.raw.size() >= json_padding_bytes) out.raw.resize(out.raw.size() - json_padding_bytes);
  return fault;
}

Fault PersonMapper::Work::map_once(std::string_view json, SourceRecord& out,
                                   MappingReport& report) {
  out.clear();
  out.source = registry::Source::folkeregisteret;
  report_ = &report;
  drafts_.clear();
  if (Fault fault = take_raw(json, out)) return fault;

  constexpr std::size_t spare_bytes = 4096;
  text_.attach(out.text, out.raw.size() * 2 + spare_bytes);
  claims_.begin(report, text_);
  RowWriter rows(text_, places_, report);
  Fault fault = map_elements(out, rows);
  if (!fault) fault = claims_.finish(out);
  if (!fault && out.protection >= Grading::confidential) open_protected_rows(out, rows);
  text_.finish();
  if (!fault) group(out);
  return fault;
}

/// Proves the document valid and leaves it in `out.raw` without white space, padding after it.
Fault PersonMapper::Work::take_raw(std::string_view json, SourceRecord& out) {
  if (json.size() > document_bytes_max) {
    return MappingFault{"$", "too_large", "the document exceeds the limit"};
  }
  if (json.empty()) return MappingFault{"$", "json", "the document is empty"};
  simdjson::dom::element document;
  const auto error = parser_.parse(json.data(), json.size(), true).get(document);
  if (error != simdjson::SUCCESS) {
    return MappingFault{"$", "json", std::string("not valid JSON: ") +
                                         simdjson::error_message(error)};
  }
  if (!document.is_object()) {
    return MappingFault{"$", "not_an_object", "the document is not a JSON object"};
  }
  out.raw.resize(json.size() + json_padding_bytes);
  std::size_t size = 0;
  const auto minify_error = simdjson::minify(json.data(), json.size(), out.raw.data(), size);
  if (minify_error != simdjson::SUCCESS) {
    return MappingFault{"$", "json", "not valid JSON"};
  }
  out.raw.resize(size + json_padding_bytes);
  std::memset(out.raw.data() + size, 0, json_padding_bytes);
  return std::nullopt;
}

Fault PersonMapper::Work::map_elements(SourceRecord& out, RowWriter& rows) {
  registry::PersonPartSet seen;
  const char* at = out.raw.data() + 1;
  if (*at == '}') return std::nullopt;
  std::string key;
  while (true) {
    bool escaped = false;
    const char* const key_end = closing_quote(at + 1, escaped);
    const JsonSlot quoted{at, static_cast<std::uint32_t>(key_end + 1 - at), escaped};
    key.clear();
    append_decoded(quoted, key);
    at = key_end + 2;
    const ElementMapping* const element = find_element(key);
    const auto part = element == nullptr ? 0 : static_cast<std::size_t>(element->part);
    if (element == nullptr || seen.test(part)) {
      note(element == nullptr ? Oddity::unknown_field : Oddity::duplicate_field, key);
      const JsonSlot skipped = value_at(at);
      at = skipped.begin + skipped.size;
    } else {
      seen.set(part);
      at = map_element(*element, at, out, rows);
    }
    if (drafts_.size() > rows_max) {
      return MappingFault{"$", "too_many_rows", "the document has more rows than the limit"};
    }
    if (*at++ == '}') return std::nullopt;
  }
}

const char* PersonMapper::Work::map_element(const ElementMapping& element, const char* at,
                                            SourceRecord& out, RowWriter& rows) {
  if (*at == '{') {
    if (element.is_list) note(Oddity::wrong_shape, element.element);
    return map_row(element, 0, at, out, rows);
  }
  if (*at != '[') {
    if (*at != 'n') note(Oddity::wrong_type, element.element);
    const JsonSlot skipped = value_at(at);
    return skipped.begin + skipped.size;
  }
  if (!element.is_list) note(Oddity::wrong_shape, element.element);
  std::size_t index = 0;
  if (at[1] == ']') return at + 2;
  while (*at != ']') {
    ++at;
    if (*at == '{' && drafts_.size() <= rows_max) {
      at = map_row(element, index, at, out, rows);
    } else {
      const JsonSlot skipped = value_at(at);
      if (!skipped.is_object()) note(Oddity::wrong_type, element.element);
      at = skipped.begin + skipped.size;
    }
    ++index;
  }
  return at + 1;
}

const char* PersonMapper::Work::map_row(const ElementMapping& element, std::size_t index,
                                        const char* at, SourceRecord& out, RowWriter& rows) {
  const char* const raw = out.raw.data();
  RowFacts facts;
  const std::size_t begin = text_.size();
  const char* const after = rows.write(
      {element.element, element.schema, element.needs_grading, at, Rendering::contract}, facts);
  AssertionDraft draft;
  draft.part = element.part;
  draft.row = slice_from(begin, text_.size());
  draft.element = slice_from(static_cast<std::size_t>(at - raw),
                             static_cast<std::size_t>(after - raw));
  draft.metadata_bytes = facts.metadata_bytes;
  draft.validity = facts.validity;
  draft.grading = facts.grading;
  draft.grading_is_assumed = facts.grading_is_assumed;
  draft.valid_from = facts.valid_from;
  draft.valid_to = facts.valid_to;
  draft.registered_at = facts.registered_at;
  if (facts.has_closed_value) draft.open_row = render(element, at, Rendering::open, rows);
  if (facts.has_unknown_value) draft.v1_row = render(element, at, Rendering::raw_values, rows);
  drafts_.push_back(draft);

  claims_.add(element.part, element.element, index, facts);
  keep_newest(out.registered_at, facts.registered_at);
  if (element.part == PersonPart::address_protection && facts.is_current()) {
    const bool more = facts.grading > out.protection;
    const bool as_much_and_said = facts.grading == out.protection && !facts.grading_is_assumed;
    if (more || as_much_and_said) out.protection_is_assumed = facts.grading_is_assumed;
    out.protection = std::max(out.protection, facts.grading);
  }
  return after;
}

TextSlice PersonMapper::Work::render(const ElementMapping& element, const char* at,
                                     Rendering rendering, RowWriter& rows) {
  const std::size_t begin = text_.size();
  RowFacts ignored;
  rows.write({element.element, element.schema, element.needs_grading, at, rendering}, ignored);
  return slice_from(begin, text_.size());
}

/// A protected person's rows that tell a place in some fields get a form without them.
void PersonMapper::Work::open_protected_rows(const SourceRecord& out, RowWriter& rows) {
  for (AssertionDraft& draft : drafts_) {
    if (!registry::locates_in_fields(draft.part)) continue;
    draft.open_row = render(*element_of(draft.part), out.raw.data() + draft.element.begin,
                            Rendering::open_protected, rows);
  }
}

/// Moves the drafts to `out` by part, keeping the delivered order inside each.
void PersonMapper::Work::group(SourceRecord& out) const {
  std::array<std::uint32_t, registry::person_part_count + 1> places{};
  for (const AssertionDraft& draft : drafts_) ++places[static_cast<std::size_t>(draft.part) + 1];
  for (std::size_t part = 1; part < places.size(); ++part) places[part] += places[part - 1];
  out.assertions.resize(drafts_.size());
  for (const AssertionDraft& draft : drafts_) {
    out.assertions[places[static_cast<std::size_t>(draft.part)]++] = draft;
  }
}

PersonMapper::PersonMapper(const MappingOptions& options)
    : work_(std::make_unique<Work>(options)) {}
PersonMapper::PersonMapper(PersonMapper&&) noexcept = default;
PersonMapper& PersonMapper::operator=(PersonMapper&&) noexcept = default;
PersonMapper::~PersonMapper() = default;

tl::expected<void, MappingFault> PersonMapper::map(std::string_view json, SourceRecord& out,
                                                   MappingReport& report) {
  if (Fault fault = work_->map(json, out, report)) return tl::unexpected(std::move(*fault));
  return {};
}

} // namespace grunndata::importers::folkeregisteret
