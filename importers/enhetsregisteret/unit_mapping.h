// Turns a document of Enhetsregisteret (enhet, underenhet, deleted or removed) into a node record.
#pragma once

#include "importers/virksomhet/node_mapper.h"
#include "registry/time.h"

#include <functional>
#include <memory>
#include <string_view>

namespace grunndata::importers::enhetsregisteret {

struct UnitMappingOptions {
  /// When the source was read: a change of owner after it has not happened yet.
  registry::Instant extracted_at{};
  /// Whether the unit is a sole proprietorship, of parents that the mapper has not met; may be
  /// unset.
  std::function<bool(std::string_view orgnr)> is_sole_proprietor;
  /// Which units are wanted; unset: all. Called on every thread that maps.
  std::function<bool(std::string_view orgnr)> is_selected;
};

class SoleProprietors;

/// Documents of version 2 as the interface answers them, of the full files (`links: []`), and of
/// copies from 2019, which lack `respons_klasse`. Says how it is now, but for `historiskeNavn`.
///
/// A sole proprietor's name, addresses and contacts are personal, and those of its underenheter,
/// when it was met before them: full files are read enheter first.
/// Refused: what has no valid organisasjonsnummer (missing_identifier, control_digit, length …) or
/// no organisasjonsform (missing_form). A document of a number and a date of deletion alone is what
/// stands in place of a unit that was taken out for legal reasons: `removed_by_law`.
class UnitMapper final : public virksomhet::NodeMapper {
 public:
  explicit UnitMapper(UnitMappingOptions options);
  ~UnitMapper() override;

  [[nodiscard]] tl::expected<virksomhet::Mapped, reading::MappingFault>
  map(std::string_view json, registry::virksomhet::NodeRecord& out,
      reading::MappingReport& report) override;
  /// Must not outlive this one.
  [[nodiscard]] std::unique_ptr<virksomhet::NodeMapper> beside() const override;
  void relate(registry::virksomhet::NodeRecord& record) override;

 private:
  class Work;
  class Beside;
  UnitMappingOptions options_;
  std::unique_ptr<Work> work_;
  std::unique_ptr<SoleProprietors> persons_; ///< among the units met so far
};

} // namespace grunndata::importers::enhetsregisteret
