// What every reader of a source of the enterprise structure is to the load.
#pragma once

#include "importers/reading/mapping_report.h"
#include "registry/virksomhet/node_record.h"

#include <memory>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace grunndata::importers::virksomhet {

/// What came of a document that is no fault.
enum class Mapped : std::uint8_t {
  node,    ///< `out` is a record
  nothing, ///< it says nothing that is to be kept: outside the selection, or of events alone
};

/// One a thread: keeps its buffers between documents.
class NodeMapper {
 public:
  NodeMapper() = default;
  NodeMapper(const NodeMapper&) = delete;
  NodeMapper& operator=(const NodeMapper&) = delete;
  virtual ~NodeMapper() = default;

  /// Fills `out` anew; it may be reused. `json` is one document of the source. After a fault `out`
  /// is unspecified. What is unknown or malformed inside a good document is left out of the items,
  /// kept in `out.raw` and counted in `report`, which is only added to.
  [[nodiscard]] virtual tl::expected<Mapped, reading::MappingFault>
  map(std::string_view json, registry::virksomhet::NodeRecord& out,
      reading::MappingReport& report) = 0;

  /// Another for another thread, which knows nothing of documents before its own: this one's
  /// `relate` makes of its records what `map` would have given. Null: there is none, and documents
  /// must be mapped one after the other.
  [[nodiscard]] virtual std::unique_ptr<NodeMapper> beside() const { return nullptr; }
  /// Adds to a record of a mapper beside this one what follows from those before it. To be called
  /// of every record, in the order of the source; not while `map` runs.
  virtual void relate(registry::virksomhet::NodeRecord& record) { static_cast<void>(record); }
};

} // namespace grunndata::importers::virksomhet
