// Turns a communication party of Adresseregisteret into a node record.
#pragma once

#include "importers/reading/json_document.h"
#include "importers/virksomhet/node_mapper.h"
#include "registry/time.h"

#include <string>
#include <string_view>

namespace grunndata::importers::adresseregisteret {

/// Parties as the interfaces give them: bare, as an element of a full export, inside an event or
/// beside their HER-id. A party that is no longer in use comes as one with an end: `extracted_at`
/// tells whether that is past. Times without a zone are Oslo's. Numbers are integers; postal codes
/// have lost their zeros.
///
/// A person's names are personal; national identifiers and birth dates are kept nowhere, people
/// inside an organisation's document not either (each is a party of their own).
/// Refused: missing_identifier, or why the HER-id is none; no_content: an event that only says who.
class PartyMapper final : public virksomhet::NodeMapper {
 public:
  explicit PartyMapper(registry::Instant extracted_at) : extracted_at_(extracted_at) {}

  [[nodiscard]] tl::expected<virksomhet::Mapped, reading::MappingFault>
  map(std::string_view json, registry::virksomhet::NodeRecord& out,
      reading::MappingReport& report) override;

 private:
  class Work;
  reading::JsonDocument given_;
  reading::JsonDocument document_;
  std::string reduced_;
  registry::Instant extracted_at_;
};

} // namespace grunndata::importers::adresseregisteret
