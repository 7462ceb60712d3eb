// Owners and contacts out of a unit's roles in Enhetsregisteret.
#pragma once

#include "importers/reading/json_document.h"
#include "importers/virksomhet/node_mapper.h"

#include <functional>
#include <string_view>

namespace grunndata::importers::enhetsregisteret {

/// Documents of `/enheter/{orgnr}/roller`, or the same with `organisasjonsnummer`: what they say of
/// the unit, which they do not describe. Municipalities that own it (EIKM) are relations; its
/// manager, chair and contact (DAGL, LEDE, KONT) are items, by name alone. Nothing else about
/// persons is kept, not in `raw` either; the dead and those who have resigned are left out.
class RolesMapper final : public virksomhet::NodeMapper {
 public:
  /// `is_selected` may be unset: all.
  explicit RolesMapper(std::function<bool(std::string_view orgnr)> is_selected)
      : is_selected_(std::move(is_selected)) {}

  /// Refused: missing_identifier, or the reason the number is none.
  [[nodiscard]] tl::expected<virksomhet::Mapped, reading::MappingFault>
  map(std::string_view json, registry::virksomhet::NodeRecord& out,
      reading::MappingReport& report) override;

 private:
  reading::JsonDocument document_;
  std::function<bool(std::string_view orgnr)> is_selected_;
};

} // namespace grunndata::importers::enhetsregisteret
