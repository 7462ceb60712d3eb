#include "importers/folkeregisteret/place_fields.h"

#include "importers/folkeregisteret/element_schemas.h"
#include "importers/reading/json_text.h"

#include <algorithm>
#include <vector>

namespace grunndata::importers::folkeregisteret {

using registry::AssertionDraft;
using registry::TextSlice;

namespace {

bool tells_place(const Schema& schema, std::string_view key) noexcept {
  return std::ranges::any_of(schema.all(), [key](const Field& field) {
    return field.withheld == Withheld::when_protected && field.source == key;
  });
}

/// The object at `at` without members whose key `schema` says to tell a place.
std::string object_without(const Schema& schema, const char* at) {
  std::string out = "{";
  std::string key;
  for (++at; *at != '}';) {
    bool escaped = false;
    const char* const key_end = closing_quote(at + 1, escaped);
    const JsonSlot quoted{at, static_cast<std::uint32_t>(key_end + 1 - at), escaped};
    key.clear();
    append_decoded(quoted, key);
    const JsonSlot value = value_at(key_end + 2);
    const char* const end = value.begin + value.size;
    if (!tells_place(schema, key)) {
      if (out.size() > 1) out += ',';
      out.append(at, end);
    }
    at = *end == ',' ? end + 1 : end;
  }
  out += '}';
  return out;
}

} // namespace

std::string without_place_fields(const registry::SourceRecord& record) {
  std::vector<const AssertionDraft*> drafts;
  for (const AssertionDraft& draft : record.assertions) {
    if (registry::locates_in_fields(draft.part)) drafts.push_back(&draft);
  }
  std::sort(drafts.begin(), drafts.end(),
            [](const auto* a, const auto* b) { return a->element.begin < b->element.begin; });
  std::string raw;
  std::size_t done = 0;
  for (const AssertionDraft* draft : drafts) {
    const TextSlice element = draft->element;
    raw.append(record.raw, done, element.begin - done);
    raw += object_without(*element_of(draft->part)->schema, record.raw.data() + element.begin);
    done = std::size_t{element.begin} + element.size;
  }
  raw.append(record.raw, done);
  return raw;
}

} // namespace grunndata::importers::folkeregisteret
