#include "importers/enhetsregisteret/roles_mapping.h"

#include "identifiers/check.h"
#include "importers/virksomhet/node_builder.h"

#include <algorithm>
#include <array>
#include <string>

namespace grunndata::importers::enhetsregisteret {

using reading::ElementWalk;
using reading::JsonSlot;
using registry::virksomhet::IdentifierSystem;
using registry::virksomhet::NodePart;
using registry::virksomhet::NodeRecord;
using registry::virksomhet::NodeRelation;
using registry::virksomhet::Sensitivity;
using virksomhet::Mapped;
using virksomhet::NodeBuilder;
using virksomhet::refuse;

namespace {

constexpr std::array<std::string_view, 3> contact_roles{"DAGL", "LEDE", "KONT"};
constexpr std::string_view owner_role = "EIKM";
constexpr std::string_view units_path = "/enheter/";

bool is_true(JsonSlot value) noexcept { return value.begin != nullptr && *value.begin == 't'; }

/// The number in a link to the unit or to its roles.
std::string number_in_link(JsonSlot links) {
  std::string scratch;
  for (const std::string_view name : {"enhet", "self"}) {
    const JsonSlot href = reading::member(reading::member(links, name), "href");
    const std::string_view link = reading::characters(href, scratch);
    const std::size_t at = link.find(units_path);
    if (at == link.npos) continue;
    const std::string_view rest = link.substr(at + units_path.size());
    return std::string(rest.substr(0, rest.find('/')));
  }
  return {};
}

/// The roles of a document, and what of the document is kept.
class Roles {
 public:
  explicit Roles(NodeBuilder& node) : node_(node) {}

  void add(JsonSlot role) {
    const std::string code(node_.text_of(reading::member(reading::member(role, "type"), "kode")));
    if (is_true(reading::member(role, "fratraadt")) ||
        is_true(reading::member(role, "avregistrert"))) {
      return;
    }
    if (code == owner_role) add_owner(reading::member(role, "enhet"), role);
    if (std::ranges::count(contact_roles, code) > 0) {
      add_contact(code, reading::member(role, "person"));
    }
  }

  /// The owners' roles, as they were given.
  [[nodiscard]] const std::string& kept() const noexcept { return kept_; }

 private:
  void add_owner(JsonSlot unit, JsonSlot role) {
    const std::string_view number = node_.text_of(reading::member(unit, "organisasjonsnummer"));
    if (number.empty() || is_true(reading::member(unit, "erSlettet"))) return;
    node_.relation(NodeRelation::eierskap, IdentifierSystem::orgnr, number);
    if (!kept_.empty()) kept_.push_back(',');
    kept_ += role.text();
  }

  void add_contact(std::string_view code, JsonSlot person) {
    const JsonSlot name = reading::member(person, "navn");
    if (!name.is_object() || is_true(reading::member(person, "erDoed"))) return;
    auto* const item = node_.add(NodePart::role,
                                 node_.body()
                                     .put_text("role", code)
                                     .put("firstName", reading::member(name, "fornavn"))
                                     .put("middleName", reading::member(name, "mellomnavn"))
                                     .put("lastName", reading::member(name, "etternavn")));
    if (item != nullptr) item->sensitivity = Sensitivity::personal;
  }

  NodeBuilder& node_;
  std::string kept_;
};

} // namespace

tl::expected<Mapped, reading::MappingFault>
RolesMapper::map(std::string_view json, NodeRecord& out, reading::MappingReport& report) {
  if (auto fault = document_.load(json)) return tl::unexpected(std::move(*fault));
  NodeBuilder node(document_, out, report);
  const JsonSlot groups = reading::member(document_.root(), "rollegrupper");
  std::string number(node.text_of(reading::member(document_.root(), "organisasjonsnummer")));
  if (number.empty()) number = number_in_link(reading::member(document_.root(), "_links"));
  if (number.empty() || !groups.is_array()) {
    return refuse("$", "missing_identifier", "the document does not tell whose roles it holds");
  }
  const identifiers::Check check = identifiers::check_orgnr(number);
  if (!check.valid) {
    return refuse("organisasjonsnummer", std::string(identifiers::reason_name(check.reason)),
                  "the organisasjonsnummer is none");
  }
  if (is_selected_ && !is_selected_(number)) return Mapped::nothing;
  out.describes = false;
  node.key(IdentifierSystem::orgnr, number);
  Roles roles(node);
  ElementWalk group(groups);
  while (group.next()) {
    ElementWalk role(reading::member(group.value(), "roller"));
    while (role.next()) roles.add(role.value());
  }
  out.raw.assign("{\"organisasjonsnummer\":\"").append(number).append("\",\"roller\":[");
  out.raw.append(roles.kept()).append("]}");
  node.finish();
  return Mapped::node;
}

} // namespace grunndata::importers::enhetsregisteret
