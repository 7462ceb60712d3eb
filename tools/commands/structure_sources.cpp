#include "tools/commands/structure_sources.h"

#include "importers/adresseregisteret/party_mapping.h"
#include "importers/enhetsregisteret/file_stamp.h"
#include "importers/enhetsregisteret/roles_mapping.h"
#include "importers/enhetsregisteret/unit_mapping.h"
#include "importers/enhetsregisteret/unit_wrapping.h"
#include "importers/flr/contract_list.h"
#include "importers/gln/gln_list.h"
#include "importers/htk/business_mapping.h"
#include "importers/kuratert/curated_list.h"
#include "importers/locoreg/resource_list.h"
#include "importers/resh/unit_mapping.h"

#include <algorithm>
#include <string>
#include <vector>

namespace grunndata::tools {

using importers::virksomhet::NodeList;
using importers::virksomhet::NodeMapper;
using registry::Result;
using registry::virksomhet::NodeSource;

namespace {

/// With commas between, and blanks around.
std::vector<std::string> words_of(const std::string& list) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::size_t first = std::min(list.find_first_not_of(' ', begin), end);
    const std::size_t last = list.find_last_not_of(' ', end - 1);
    if (first < end) words.push_back(list.substr(first, last + 1 - first));
    begin = end + 1;
  }
  return words;
}

} // namespace

void set_wrapping(importers::virksomhet::NodeLoadOptions& options,
                  const config::StructureConfig& config) {
  switch (options.source) {
  case NodeSource::enhetsregisteret:
    options.envelopes = importers::enhetsregisteret::unit_envelopes();
    break;
  case NodeSource::adresseregisteret: options.envelopes.lists = {"CommunicationParties"}; break;
  case NodeSource::locoreg: options.envelopes.lists = {"entry"}; break;
  case NodeSource::resh: options.envelopes.lists = {config.resh_list}; break;
  default: break;
  }
  options.tables = options.source == NodeSource::resh || options.source == NodeSource::gln;
}

registry::Instant unsaid_extracted_at(NodeSource source, registry::Instant now) noexcept {
  const bool is_file_of_units = source == NodeSource::enhetsregisteret ||
                                source == NodeSource::enhetsregisteret_roller;
  return is_file_of_units ? importers::enhetsregisteret::unsaid_file_stamp(now) : now;
}

importers::enhetsregisteret::SelectionRules
selection_rules(const config::StructureConfig& structure) {
  return {words_of(structure.industries), words_of(structure.forms), words_of(structure.parents),
          words_of(structure.units)};
}

Result<std::unique_ptr<NodeMapper>> structure_mapper(NodeSource source,
                                                     registry::Instant extracted_at,
                                                     const config::StructureConfig& config) {
  switch (source) {
  case NodeSource::enhetsregisteret:
    return std::make_unique<importers::enhetsregisteret::UnitMapper>(
        importers::enhetsregisteret::UnitMappingOptions{extracted_at, {}, {}});
  case NodeSource::enhetsregisteret_roller:
    return std::make_unique<importers::enhetsregisteret::RolesMapper>(nullptr);
  case NodeSource::adresseregisteret:
    return std::make_unique<importers::adresseregisteret::PartyMapper>(extracted_at);
  case NodeSource::htk: return std::make_unique<importers::htk::BusinessMapper>();
  case NodeSource::resh: {
    auto names = importers::resh::FieldNames::parse(config.resh_fields);
    if (!names) {
      return tl::unexpected(names.error());
    }
    return std::make_unique<importers::resh::UnitMapper>(std::move(*names));
  }
  default:
    return registry::fail(registry::ErrorCode::invalid,
                          "the source is read as a whole: import its files again");
  }
}

Result<std::unique_ptr<NodeList>> structure_list(NodeSource source, registry::Instant extracted_at,
                                                 const config::StructureConfig& config) {
  switch (source) {
  case NodeSource::gln: return std::make_unique<importers::gln::GlnList>();
  case NodeSource::locoreg: return std::make_unique<importers::locoreg::ResourceList>();
  case NodeSource::flr: return std::make_unique<importers::flr::ContractList>(extracted_at);
  case NodeSource::kuratert: return std::make_unique<importers::kuratert::CuratedList>();
  default: break;
  }
  auto mapper = structure_mapper(source, extracted_at, config);
  if (!mapper) {
    return tl::unexpected(mapper.error());
  }
  return std::make_unique<importers::virksomhet::MappedList>(std::move(*mapper));
}

} // namespace grunndata::tools
