// GS1's list of GLNs: which places, functions and legal entities they stand for.
#pragma once

#include "importers/reading/json_document.h"
#include "importers/virksomhet/node_list.h"

namespace grunndata::importers::gln {

/// Rows of `gln`, `type` (LEGAL, FUNCTION, PHYSICAL, DIGITAL, several with + between), `navn`,
/// `tilhorer` ("ENH:…", "RSH:…"), `status`, `fra`, `til` (the last day) and `merknad`. The numbers
/// are those of the nodes they belong to; one that belongs to nobody is a place of its own.
/// Refused: missing_identifier, a GLN's own fault, unknown_owner for a `tilhorer` that is no
/// number.
class GlnList final : public virksomhet::NodeList {
 public:
  [[nodiscard]] std::optional<reading::MappingFault> add(std::string_view json,
                                                         reading::MappingReport& report) override;
  [[nodiscard]] std::vector<registry::virksomhet::NodeRecord> records() override {
    return nodes_.take();
  }

 private:
  reading::JsonDocument document_;
  virksomhet::GroupedNodes nodes_;
};

} // namespace grunndata::importers::gln
