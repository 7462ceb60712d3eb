// Fills a node record piece by piece out of a source's document.
#pragma once

#include "importers/reading/json_document.h"
#include "importers/reading/mapping_report.h"
#include "registry/virksomhet/node_record.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::importers::virksomhet {

/// False for what sources put in place of a value: null, "" and nothing at all.
[[nodiscard]] inline bool is_given(reading::JsonSlot value) noexcept {
  return !value.is_null() && !(value.is_string() && value.size == 2);
}

/// Writes the body of one item at the end of a record's text.
class Body {
 public:
  explicit Body(std::string& text) : text_(text), begin_(text.size()) { text_.push_back('{'); }

  /// A value as the source gave it, strings in their plainest spelling; left out when not given.
  Body& put(std::string_view property, reading::JsonSlot value);
  Body& put_text(std::string_view property, std::string_view value);
  Body& put_number(std::string_view property, std::uint64_t value);
  Body& put_true(std::string_view property);
  /// The strings of an array that are not empty, as an array.
  Body& put_lines(std::string_view property, reading::JsonSlot array);
  /// The same as one text with blanks between: the source has broken it into lines.
  Body& put_joined(std::string_view property, reading::JsonSlot array);
  /// JSON that is finished.
  Body& put_json(std::string_view property, std::string_view json);

  [[nodiscard]] bool empty() const noexcept { return text_.size() == begin_ + 1; }
  /// Ends the object.
  [[nodiscard]] registry::TextSlice end();
  /// Takes back what was written.
  void drop() { text_.resize(begin_); }

 private:
  void name(std::string_view property);
  void put_string(reading::JsonSlot string);

  std::string& text_;
  std::size_t begin_;
};

/// Of one document. Both the document and the record must outlive it.
class NodeBuilder {
 public:
  using Item = registry::virksomhet::NodeItem;
  using Part = registry::virksomhet::NodePart;
  using System = registry::virksomhet::IdentifierSystem;

  /// Begins the record anew: `out.raw` is the document.
  NodeBuilder(const reading::JsonDocument& document, registry::virksomhet::NodeRecord& out,
              reading::MappingReport& report);

  [[nodiscard]] registry::virksomhet::NodeRecord& record() noexcept { return out_; }
  [[nodiscard]] Body body() { return Body(out_.text); }

  void key(System system, std::string_view text);
  /// Adds an item, or nothing when the body is empty. `element` is what the source said, when it
  /// stands in one piece.
  Item* add(Part part, Body body, reading::JsonSlot element = {});
  void identifier(System system, std::string_view text,
                  std::optional<registry::Instant> from = {},
                  std::optional<registry::Instant> to = {});
  registry::virksomhet::NodeRelationClaim& relation(registry::virksomhet::NodeRelation type,
                                                    System system, std::string_view upper);

  /// A string's characters, kept in the record's text; empty when it is none.
  [[nodiscard]] std::string_view text_of(reading::JsonSlot value) {
    return reading::characters(value, scratch_);
  }
  /// A begin, or a point in time. Absent, null and "" are nothing; what is no time is counted.
  [[nodiscard]] std::optional<registry::Instant> time(std::string_view name,
                                                      reading::JsonSlot value);
  /// An inclusive end.
  [[nodiscard]] std::optional<registry::Instant> end(std::string_view name,
                                                     reading::JsonSlot value);
  void note(reading::Oddity oddity, std::string_view name) { report_.note(oddity, {&name, 1}); }
  /// Puts the items in the order of their parts. Last.
  void finish();

 private:
  const reading::JsonDocument& document_;
  registry::virksomhet::NodeRecord& out_;
  reading::MappingReport& report_;
  std::string scratch_;
};

/// A register's own number, without what it is padded with: so equal ones are equal texts. Nothing
/// for zero, which registers write for none, and for what is no whole number.
[[nodiscard]] std::optional<std::string> running_number(reading::JsonSlot value);

[[nodiscard]] inline tl::unexpected<reading::MappingFault>
refuse(std::string path, std::string reason, std::string message) {
  return tl::unexpected(
      reading::MappingFault{std::move(path), std::move(reason), std::move(message)});
}

} // namespace grunndata::importers::virksomhet
