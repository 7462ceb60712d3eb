#include "tools/commands/structure_sources.h"

#include "importers/adresseregisteret/party_mapping.h"
#include "importers/enhetsregisteret/roles_mapping.h"
#include "importers/enhetsregisteret/unit_mapping.h"
#include "importers/flr/contract_list.h"
#include "importers/gln/gln_list.h"
#include "importers/htk/business_mapping.h"
#include "importers/kuratert/curated_list.h"
#include "importers/locoreg/resource_list.h"
#include "importers/resh/unit_mapping.h"

namespace grunndata::tools {

using importers::virksomhet::NodeList;
using importers::virksomhet::NodeMapper;
using registry::Result;
using registry::virksomhet::NodeSource;

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
