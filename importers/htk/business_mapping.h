// What Helsetjenestekatalogen says of an organisation: how it is called, where and when it is open.
#pragma once

#include "importers/reading/json_document.h"
#include "importers/virksomhet/node_mapper.h"

namespace grunndata::importers::htk {

/// Documents of Business, and of GPOffice, which Fastlegeregisteret gives in the same form. They
/// say something of a unit of Enhetsregisteret, which they do not describe. `ResponsiblePerson` is
/// kept nowhere. Refused: missing_identifier, or why the organisasjonsnummer is none.
class BusinessMapper final : public virksomhet::NodeMapper {
 public:
  [[nodiscard]] tl::expected<virksomhet::Mapped, reading::MappingFault>
  map(std::string_view json, registry::virksomhet::NodeRecord& out,
      reading::MappingReport& report) override;

 private:
  reading::JsonDocument given_;
  reading::JsonDocument document_;
  std::string reduced_;
};

} // namespace grunndata::importers::htk
