// A node record as text that a human can read and a test can compare.
#pragma once

#include "importers/reading/mapping_report.h"
#include "importers/reading/record_reader.h"
#include "importers/virksomhet/node_list.h"
#include "registry/virksomhet/node_record.h"

#include <string>
#include <string_view>
#include <vector>

namespace grunndata::tests {

[[nodiscard]] std::string node_text(const registry::virksomhet::NodeRecord& record);
[[nodiscard]] std::string event_text(const registry::virksomhet::NodeEventClaim& event);

/// Every document of the paths, which must all be readable.
[[nodiscard]] std::vector<std::string>
documents_in(const std::vector<std::string>& paths,
             const importers::reading::RecordReaderOptions& options = {});

/// What the mapper makes of the documents, faults as "refused <reason> at <path>".
[[nodiscard]] std::string mapped_text(const std::vector<std::string>& documents,
                                      importers::virksomhet::NodeMapper& mapper,
                                      importers::reading::MappingReport& report);
/// What the list makes of them.
[[nodiscard]] std::string listed_text(const std::vector<std::string>& documents,
                                      importers::virksomhet::NodeList& list,
                                      importers::reading::MappingReport& report);

[[nodiscard]] std::string read_text(const std::string& path);

/// Instants of dates in tests: 00:00 in Oslo.
[[nodiscard]] registry::Instant day(std::string_view date);

} // namespace grunndata::tests
