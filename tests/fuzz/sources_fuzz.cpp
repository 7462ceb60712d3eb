// Any bytes, as a document of each source of the enterprise structure: a fault or a record whose
// texts are JSON, never anything else. Also as what documents are wrapped in, and as a table.
#include "importers/adresseregisteret/party_mapping.h"
#include "importers/enhetsregisteret/roles_mapping.h"
#include "importers/enhetsregisteret/unit_mapping.h"
#include "importers/flr/contract_list.h"
#include "importers/gln/gln_list.h"
#include "importers/htk/business_mapping.h"
#include "importers/kuratert/curated_list.h"
#include "importers/locoreg/resource_list.h"
#include "importers/reading/envelope.h"
#include "importers/reading/json_document.h"
#include "importers/reading/table_rows.h"
#include "importers/resh/unit_mapping.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace grunndata;
using importers::reading::MappingReport;
using importers::virksomhet::Mapped;
using importers::virksomhet::NodeList;
using importers::virksomhet::NodeMapper;
using registry::TextSlice;
using registry::virksomhet::NodeRecord;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_json(std::string_view text) {
  static importers::reading::JsonDocument document;
  require(!document.load(text));
}

void check_record(const NodeRecord& record) {
  check_json(record.raw);
  const auto check_slice = [&](TextSlice slice) {
    require(std::size_t{slice.begin} + slice.size <= record.text.size());
  };
  check_slice(record.key);
  require(!record.key.empty());
  for (const auto& item : record.items) {
    check_slice(item.body);
    check_json(record.view(item.body));
    require(std::size_t{item.element.begin} + item.element.size <= record.raw.size());
  }
  for (const auto& claim : record.identifiers) check_slice(claim.text);
  for (const auto& claim : record.relations) {
    check_slice(claim.upper);
    require(!claim.upper.empty());
    check_slice(claim.details);
    if (!claim.details.empty()) check_json(record.view(claim.details));
  }
}

void map(NodeMapper& mapper, std::string_view json) {
  static NodeRecord record;
  static MappingReport report;
  report.clear();
  const auto mapped = mapper.map(json, record, report);
  if (mapped && *mapped == Mapped::node) check_record(record);
}

void list(NodeList& list, std::string_view json) {
  MappingReport report;
  static_cast<void>(list.add(json, report));
  static_cast<void>(list.add(json, report));
  for (const NodeRecord& record : list.records()) check_record(record);
}

void check_envelope(std::string_view text) {
  const importers::reading::Envelopes envelopes{
      {"_embedded.enheter", "_embedded.underenheter", "CommunicationParties", "enheter"}, "page"};
  const auto found = importers::reading::find_envelope(text, envelopes);
  require(found.list_begin <= text.size() && found.end <= text.size());
}

void check_table(std::string_view text) {
  importers::reading::TableRows rows;
  std::string json;
  while (const auto end = importers::reading::TableRows::row_end(text)) {
    require(*end > 0 && *end <= text.size());
    const std::string_view row = text.substr(0, *end);
    if (!rows.is_started()) {
      if (!rows.start(row)) return;
    } else if (rows.render(row, json).empty()) {
      static importers::reading::JsonDocument document;
      // Bytes that are no UTF-8 are found by whoever reads the object.
      static_cast<void>(document.load(json));
    }
    text.remove_prefix(*end);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static importers::enhetsregisteret::UnitMapper units({});
  static importers::enhetsregisteret::RolesMapper roles({});
  static importers::resh::UnitMapper resh{importers::resh::FieldNames()};
  static importers::htk::BusinessMapper businesses;
  map(businesses, bytes);
  static importers::adresseregisteret::PartyMapper parties{registry::Instant{}};
  map(units, bytes);
  map(roles, bytes);
  map(resh, bytes);
  map(parties, bytes);
  importers::locoreg::ResourceList places;
  list(places, bytes);
  importers::flr::ContractList contracts{registry::Instant{}};
  list(contracts, bytes);
  importers::gln::GlnList numbers;
  list(numbers, bytes);
  importers::kuratert::CuratedList curated;
  list(curated, bytes);
  check_envelope(bytes);
  check_table(bytes);
  return 0;
}
