// GP contracts and offices of Fastlegeregisteret: which doctor works where, since when, for whom.
#pragma once

#include "importers/reading/json_document.h"
#include "importers/virksomhet/node_list.h"
#include "registry/time.h"

#include <string>

namespace grunndata::importers::flr {

/// Documents of GPContract. A contract is a node that belongs to its office; the doctors' relations
/// to it stand in records of their own, by HPR-nummer, with what they are there (7750) and whom
/// they stand in for. Patients are kept nowhere, whatever a document holds. Refused:
/// missing_identifier; duplicate, for a contract that was there before.
class ContractList final : public virksomhet::NodeList {
 public:
  /// A contract that ended before then is over.
  explicit ContractList(registry::Instant extracted_at) : extracted_at_(extracted_at) {}

  [[nodiscard]] std::optional<reading::MappingFault> add(std::string_view json,
                                                         reading::MappingReport& report) override;
  [[nodiscard]] std::vector<registry::virksomhet::NodeRecord> records() override;

 private:
  void add_doctor(const std::string& contract, reading::JsonSlot cycle,
                  reading::MappingReport& report);

  reading::JsonDocument given_;
  reading::JsonDocument document_;
  std::string reduced_;
  virksomhet::GroupedNodes nodes_;
  registry::Instant extracted_at_;
};

} // namespace grunndata::importers::flr
