#include "tests/sources/node_text.h"

#include "importers/reading/json_document.h"

#include <array>
#include <cstring>
#include <doctest/doctest.h>
#include <fstream>
#include <iterator>

namespace grunndata::tests {

using registry::Instant;
using registry::TextSlice;
using registry::virksomhet::NodeEventClaim;
using registry::virksomhet::NodeIdentifierClaim;
using registry::virksomhet::NodeItem;
using registry::virksomhet::NodeRecord;
using registry::virksomhet::NodeRelationClaim;
using registry::virksomhet::OwnedNodeKey;
using registry::virksomhet::Says;
using registry::virksomhet::Sensitivity;

namespace {

std::string time_text(const std::optional<Instant>& when) {
  return when ? registry::format_instant(*when).substr(0, 16) + "Z" : "-";
}

std::string interval_text(const std::optional<Instant>& from, const std::optional<Instant>& to) {
  return from || to ? " [" + time_text(from) + ", " + time_text(to) + ")" : "";
}

std::string number_text(unsigned number) { return std::to_string(number); }

std::string key_text(unsigned system, std::string_view text, std::string_view assigner) {
  constexpr std::array<std::string_view, 5> names{"HPR", "HER", "RSH", "ENH", "GLN"};
  constexpr unsigned first = 7;
  std::string out = system - first < names.size() ? std::string(names[system - first])
                                                  : number_text(system);
  out.append(":");
  if (!assigner.empty()) out.append(assigner).append(":");
  return out.append(text);
}

void require_json(std::string_view text) {
  importers::reading::JsonDocument document;
  INFO(std::string(text));
  CHECK_FALSE(document.load(text));
}

void put_item(const NodeRecord& record, const NodeItem& item, std::string& out) {
  require_json(record.view(item.body));
  REQUIRE(std::size_t{item.element.begin} + item.element.size <= record.raw.size());
  out.append("  part ").append(number_text(static_cast<unsigned>(item.part)));
  out.append(" ").append(record.view(item.body));
  if (item.says == Says::interval) out.append(" interval");
  if (item.sensitivity == Sensitivity::personal) out.append(" personal");
  out.append(interval_text(item.valid_from, item.valid_to)).append("\n");
  if (item.element.size > 0 && item.element.size < 60) {
    out.append("    of ").append(record.raw, item.element.begin, item.element.size).append("\n");
  }
}

void put_relation(const NodeRecord& record, const NodeRelationClaim& claim, std::string& out) {
  out.append("  relation ").append(number_text(static_cast<unsigned>(claim.type)));
  out.append(" kind ").append(number_text(static_cast<unsigned>(claim.kind))).append(" to ");
  out.append(key_text(static_cast<unsigned>(claim.system), record.view(claim.upper),
                      record.view(claim.assigner)));
  if (claim.says == Says::interval) out.append(" interval");
  if (claim.observed) out.append(" observed");
  if (claim.confidence != 1000) out.append(" confidence ").append(number_text(claim.confidence));
  out.append(interval_text(claim.valid_from, claim.valid_to));
  if (!claim.details.empty()) {
    require_json(record.view(claim.details));
    out.append(" ").append(record.view(claim.details));
  }
  out.append("\n");
}

} // namespace

std::string node_text(const NodeRecord& record) {
  require_json(record.raw);
  const auto key = record.node_key();
  std::string out = key_text(static_cast<unsigned>(key.system), key.text, key.assigner);
  if (record.describes) {
    out.append(" type ").append(number_text(static_cast<unsigned>(record.type)));
    out.append(" status ").append(number_text(static_cast<unsigned>(record.status)));
    out.append(interval_text(record.opened, record.closed));
  }
  if (record.administrative) out.append(" administrative");
  if (record.name_is_withheld) out.append(" name withheld");
  if (record.is_remainder) out.append(" remainder");
  if (record.removed_by_law) out.append(" removed by law");
  if (record.observed_at) out.append(" observed ").append(time_text(record.observed_at));
  out.append("\n");
  auto last = registry::virksomhet::NodePart::life;
  for (const NodeItem& item : record.items) {
    CHECK(last <= item.part);
    last = item.part;
    put_item(record, item, out);
  }
  for (const NodeIdentifierClaim& claim : record.identifiers) {
    out.append("  identifier ");
    out.append(key_text(static_cast<unsigned>(claim.system), record.view(claim.text),
                        record.view(claim.assigner)));
    out.append(" use ").append(number_text(static_cast<unsigned>(claim.use)));
    out.append(" roles ").append(number_text(claim.gln_roles));
    out.append(interval_text(claim.valid_from, claim.valid_to)).append("\n");
  }
  for (const NodeRelationClaim& claim : record.relations) put_relation(record, claim, out);
  return out;
}

std::string event_text(const NodeEventClaim& event) {
  std::string out = "event " + number_text(static_cast<unsigned>(event.type)) + " " +
                    time_text(event.effective) + " \"" + event.source_key + "\"";
  const auto put = [&out](std::string_view side, const OwnedNodeKey& key) {
    const auto system = static_cast<unsigned>(key.system);
    out.append(side).append(key_text(system, key.text, key.assigner));
  };
  for (const OwnedNodeKey& key : event.from) put(" from ", key);
  for (const OwnedNodeKey& key : event.to) put(" to ", key);
  return out.append(" ").append(event.details).append("\n");
}

std::vector<std::string> documents_in(const std::vector<std::string>& paths,
                                      const importers::reading::RecordReaderOptions& options) {
  auto reader = importers::reading::RecordReader::open(paths, options);
  REQUIRE(reader);
  std::vector<std::string> documents;
  importers::reading::Record record;
  while (true) {
    const auto more = reader->next(record);
    REQUIRE(more);
    if (!*more) return documents;
    CHECK(record.fault.empty());
    documents.emplace_back(record.json);
  }
}

std::string mapped_text(const std::vector<std::string>& documents,
                        importers::virksomhet::NodeMapper& mapper,
                        importers::reading::MappingReport& report) {
  std::string out;
  NodeRecord record;
  for (const std::string& document : documents) {
    const auto mapped = mapper.map(document, record, report);
    if (!mapped) {
      out += "refused " + mapped.error().reason + " at " + mapped.error().json_path + "\n";
    } else if (*mapped == importers::virksomhet::Mapped::node) {
      out += node_text(record);
    }
  }
  return out;
}

std::string listed_text(const std::vector<std::string>& documents,
                        importers::virksomhet::NodeList& list,
                        importers::reading::MappingReport& report) {
  std::string out;
  for (const std::string& document : documents) {
    const auto fault = list.add(document, report);
    if (fault) out += "refused " + fault->reason + " at " + fault->json_path + "\n";
  }
  for (const NodeRecord& record : list.records()) out += node_text(record);
  for (const NodeEventClaim& event : list.events()) out += event_text(event);
  return out;
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file, path);
  return {std::istreambuf_iterator<char>(file), {}};
}

Instant day(std::string_view date) {
  const auto instant = registry::oslo_midnight(date);
  REQUIRE(instant);
  return *instant;
}

} // namespace grunndata::tests
