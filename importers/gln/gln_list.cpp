#include "importers/gln/gln_list.h"

#include "identifiers/check.h"
#include "importers/virksomhet/node_builder.h"
#include "importers/virksomhet/source_time.h"

#include <algorithm>
#include <string>

namespace grunndata::importers::gln {

using reading::JsonSlot;
using reading::MappingFault;
using reading::Oddity;
using registry::virksomhet::IdentifierSystem;
using registry::virksomhet::IdentifierUse;
using registry::virksomhet::NodeIdentifierClaim;
using registry::virksomhet::NodeKey;
using registry::virksomhet::NodePart;
using registry::virksomhet::NodeRecord;
using registry::virksomhet::NodeStatus;
using registry::virksomhet::NodeType;
using virksomhet::Body;

namespace {

/// 0 for a word that is none.
std::uint8_t role_of(std::string_view word) noexcept {
  if (word == "LEGAL") return registry::virksomhet::gln_legal;
  if (word == "FUNCTION") return registry::virksomhet::gln_function;
  if (word == "PHYSICAL") return registry::virksomhet::gln_physical;
  if (word == "DIGITAL") return registry::virksomhet::gln_digital;
  return 0;
}

/// One row of the list.
class Row {
 public:
  Row(JsonSlot row, reading::MappingReport& report) : row_(row), report_(report) {}

  [[nodiscard]] std::string text(std::string_view name) const {
    std::string scratch;
    const JsonSlot value = at(name);
    return std::string(value.is_number() ? value.text() : reading::characters(value, scratch));
  }
  [[nodiscard]] JsonSlot at(std::string_view name) const { return reading::member(row_, name); }
  void note(Oddity oddity, std::string_view name) { report_.note(oddity, {&name, 1}); }

  std::uint8_t roles() {
    std::uint8_t roles = 0;
    const std::string types = text("type");
    for (std::size_t begin = 0; begin < types.size();) {
      const std::size_t end = std::min(types.find('+', begin), types.size());
      const std::uint8_t role = role_of(std::string_view(types).substr(begin, end - begin));
      if (role == 0) note(Oddity::unknown_value, "type");
      roles |= role;
      begin = end + 1;
    }
    return roles;
  }

  /// Also counts what is no time.
  std::optional<registry::Instant> time(std::string_view name, bool is_end) {
    const std::string when = text(name);
    if (when.empty() || virksomhet::is_endless(when)) return std::nullopt;
    const auto instant =
        is_end ? virksomhet::inclusive_end(when) : virksomhet::source_instant(when);
    if (!instant) note(Oddity::bad_time, name);
    return instant;
  }

 private:
  JsonSlot row_;
  reading::MappingReport& report_;
};

/// A place nobody owns: a node by its own number.
void describe_place(Row& row, NodeRecord& record) {
  record.describes = true;
  record.type = NodeType::lokasjon;
  record.opened = row.time("fra", false);
  record.closed = row.time("til", true);
  const bool is_over = row.text("status") == "INACTIVE";
  record.status = is_over ? NodeStatus::opphort : NodeStatus::aktiv;
  if (!is_over) record.closed.reset();
  Body body(record.text);
  body.put("name", row.at("navn"));
  if (body.empty()) return body.drop();
  auto& item = record.items.emplace_back();
  item.part = NodePart::name;
  item.body = body.end();
}

void put_number(Row& row, const std::string& number, std::uint8_t roles, NodeRecord& record) {
  NodeIdentifierClaim claim;
  claim.system = IdentifierSystem::gln;
  claim.use = row.text("status") == "INACTIVE" ? IdentifierUse::former : IdentifierUse::official;
  claim.gln_roles = roles;
  claim.text = record.add(number);
  claim.valid_from = row.time("fra", false);
  claim.valid_to = row.time("til", true);
  record.identifiers.push_back(claim);
  Body body(record.text);
  body.put_text("name", "gln").put_text("value", number).put("description", row.at("navn"));
  body.put("remark", row.at("merknad"));
  auto& item = record.items.emplace_back();
  item.part = NodePart::property;
  item.body = body.end();
}

} // namespace

std::optional<MappingFault> GlnList::add(std::string_view json, reading::MappingReport& report) {
  if (auto fault = document_.load(json)) return fault;
  Row row(document_.root(), report);
  const std::string number = row.text("gln");
  if (number.empty()) return MappingFault{"gln", "missing_identifier", "the row has no GLN"};
  const identifiers::Check check = identifiers::check_gln(number);
  if (!check.valid) {
    return MappingFault{"gln", std::string(identifiers::reason_name(check.reason)),
                        "the GLN is none"};
  }
  const std::uint8_t roles = row.roles();
  const std::string owner = row.text("tilhorer");
  if (owner.empty()) {
    describe_place(row, nodes_.of(NodeKey{IdentifierSystem::gln, number, {}}, document_.text()));
    return std::nullopt;
  }
  const auto key = registry::virksomhet::parse_node_key(owner);
  if (!key) return MappingFault{"tilhorer", "unknown_owner", key.error().message};
  put_number(row, number, roles, nodes_.of(key->view(), document_.text()));
  return std::nullopt;
}

} // namespace grunndata::importers::gln
