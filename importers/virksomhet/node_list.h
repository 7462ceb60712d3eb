// A source that is read as a whole: its documents together make the records of its nodes.
#pragma once

#include "importers/reading/mapping_report.h"
#include "importers/virksomhet/node_mapper.h"
#include "registry/virksomhet/node_import.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grunndata::importers::virksomhet {

/// Takes one document after another and says at the end what the source says. One thread.
class NodeList {
 public:
  NodeList() = default;
  NodeList(const NodeList&) = delete;
  NodeList& operator=(const NodeList&) = delete;
  virtual ~NodeList() = default;

  /// A fault: the document is left out, everything else counts.
  [[nodiscard]] virtual std::optional<reading::MappingFault>
  add(std::string_view json, reading::MappingReport& report) = 0;

  /// Everything that was taken. Called once, last.
  [[nodiscard]] virtual std::vector<registry::virksomhet::NodeRecord> records() = 0;
  [[nodiscard]] virtual std::vector<registry::virksomhet::NodeEventClaim> events() { return {}; }
};

/// Each document is a record of its own. Of two with one key the later counts, and it is noted.
class MappedList final : public NodeList {
 public:
  explicit MappedList(std::unique_ptr<NodeMapper> mapper) : mapper_(std::move(mapper)) {}
  [[nodiscard]] std::optional<reading::MappingFault> add(std::string_view json,
                                                         reading::MappingReport& report) override;
  [[nodiscard]] std::vector<registry::virksomhet::NodeRecord> records() override;

 private:
  std::unique_ptr<NodeMapper> mapper_;
  registry::virksomhet::NodeRecord next_;
  std::vector<registry::virksomhet::NodeRecord> records_;
  std::map<registry::virksomhet::OwnedNodeKey, std::size_t> by_key_;
};

/// Records by node, for sources that say one thing a row; `raw` is the rows about the node.
class GroupedNodes {
 public:
  /// The record of the node, new at first: it says something of the node and does not describe it.
  /// `row` is what the source says, a JSON value. References live as long as the group.
  registry::virksomhet::NodeRecord& of(const registry::virksomhet::NodeKey& key,
                                       std::string_view row);
  /// Taken out; items in the order of their parts.
  [[nodiscard]] std::vector<registry::virksomhet::NodeRecord> take();

 private:
  std::map<registry::virksomhet::OwnedNodeKey, registry::virksomhet::NodeRecord> records_;
};

} // namespace grunndata::importers::virksomhet
