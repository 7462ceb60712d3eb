// Places and services of LocoReg: FHIR R4 resources.
#pragma once

#include "importers/reading/json_document.h"
#include "importers/virksomhet/node_list.h"

namespace grunndata::importers::locoreg {

/// Location and HealthcareService, bare or as an entry of a Bundle. A place is a node, and so is a
/// service; the organisation that has the place, and the HER-id that a service is reached at, say
/// so in records of their own. Other resources are refused: unknown_resource; also
/// missing_identifier.
class ResourceList final : public virksomhet::NodeList {
 public:
  [[nodiscard]] std::optional<reading::MappingFault> add(std::string_view json,
                                                         reading::MappingReport& report) override;
  [[nodiscard]] std::vector<registry::virksomhet::NodeRecord> records() override;

 private:
  void add_location(reading::JsonSlot resource, reading::MappingReport& report);
  void add_service(reading::JsonSlot resource);

  reading::JsonDocument document_;
  virksomhet::GroupedNodes nodes_;
};

} // namespace grunndata::importers::locoreg
