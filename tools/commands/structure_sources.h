// How documents of each source of the enterprise structure are mapped, as the configuration says.
#pragma once

#include "importers/enhetsregisteret/selection.h"
#include "importers/virksomhet/node_list.h"
#include "importers/virksomhet/node_load.h"
#include "importers/virksomhet/node_mapper.h"
#include "registry/error.h"
#include "registry/time.h"
#include "registry/virksomhet/node_source.h"
#include "tools/config/config.h"

#include <memory>

namespace grunndata::tools {

/// What files of the source come in, for reading them.
void set_wrapping(importers::virksomhet::NodeLoadOptions& options,
                  const config::StructureConfig& config);

/// When the source counts as read where nobody says so: now, or for files of Enhetsregisteret
/// `unsaid_file_stamp`.
[[nodiscard]] registry::Instant unsaid_extracted_at(registry::virksomhet::NodeSource source,
                                                    registry::Instant now) noexcept;

/// Which units of Enhetsregisteret are wanted.
[[nodiscard]] importers::enhetsregisteret::SelectionRules
selection_rules(const config::StructureConfig& structure);

/// Of sources whose documents are records each by itself. Errors: `invalid` for a source that is
/// read as a list, and for a setting that is wrong.
[[nodiscard]] registry::Result<std::unique_ptr<importers::virksomhet::NodeMapper>>
structure_mapper(registry::virksomhet::NodeSource source, registry::Instant extracted_at,
                 const config::StructureConfig& config);

/// Of sources that are read as a whole. Errors: `invalid` for another, and for a setting.
[[nodiscard]] registry::Result<std::unique_ptr<importers::virksomhet::NodeList>>
structure_list(registry::virksomhet::NodeSource source, registry::Instant extracted_at,
               const config::StructureConfig& config);

} // namespace grunndata::tools
