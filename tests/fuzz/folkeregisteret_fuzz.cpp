// Any bytes, as a person document: a fault or rows that are JSON objects, never anything else.
#include "importers/folkeregisteret/person_mapping.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <simdjson.h>
#include <string>
#include <string_view>

namespace {

using namespace grunndata;
using namespace grunndata::importers::folkeregisteret;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_object(simdjson::dom::parser& parser, std::string_view text) {
  simdjson::dom::element parsed;
  require(parser.parse(text.data(), text.size(), true).get(parsed) == simdjson::SUCCESS);
  require(parsed.is_object());
}

void check_record(const registry::SourceRecord& record) {
  static simdjson::dom::parser parser;
  check_object(parser, record.raw);
  for (const registry::AssertionDraft& draft : record.assertions) {
    for (const registry::TextSlice slice : {draft.row, draft.open_row, draft.v1_row}) {
      require(std::size_t{slice.begin} + slice.size <= record.text.size());
      if (!slice.empty()) check_object(parser, record.view(slice));
    }
    require(!draft.row.empty());
    require(draft.metadata_bytes > 0 && draft.metadata_bytes < draft.row.size);
    require(std::size_t{draft.element.begin} + draft.element.size <= record.raw.size());
    check_object(parser,
                 std::string_view(record.raw).substr(draft.element.begin, draft.element.size));
  }
  std::size_t primaries = 0;
  for (const registry::IdentifierClaim& claim : record.identifiers) {
    require(!claim.text.empty());
    require(claim.text.size <= registry::identifier_text_bytes_max);
    primaries += claim.is_primary ? 1 : 0;
  }
  require(primaries <= 1);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  for (const bool required : {true, false}) {
    MappingOptions options;
    options.require_identifier = required;
    static registry::SourceRecord record;
    static MappingReport report;
    report.clear();
    PersonMapper mapper(options);
    if (mapper.map(json, record, report)) check_record(record);
  }
  return 0;
}
