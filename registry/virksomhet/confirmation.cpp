#include "registry/virksomhet/confirmation.h"

#include "registry/candidates/row_fields.h"

#include <algorithm>
#include <array>

namespace grunndata::registry::virksomhet {

namespace {

using Failed = tl::unexpected<Error>;

constexpr std::array<std::string_view, 4> verdicts{"BEKREFTET", "AVVIST", "UKJENT", "ADVARSEL"};
constexpr std::string_view bankrupt = "KONKURS";

ConfirmedFact verdict_of(std::string_view fact, Verdict verdict, std::string_view reason,
                         std::optional<NodeSource> source = {}) {
  return {fact, verdict, reason, source};
}

/// Who is claimed, or nobody.
Result<std::optional<NodeSummary>> node_of(const Structure& structure, const OwnedNodeKey& key) {
  const auto found = structure.find(key.view());
  if (!found) {
    const ErrorCode code = found.error().code;
    const bool is_nobody = code == ErrorCode::not_found || code == ErrorCode::not_known_then ||
                           code == ErrorCode::ambiguous;
    return is_nobody ? Result<std::optional<NodeSummary>>(std::nullopt) : Failed(found.error());
  }
  auto summary = structure.summary(*found);
  if (!summary) {
    return Failed(summary.error());
  }
  return std::optional(std::move(*summary));
}

/// What is said of a node that cannot be confirmed by anything further; nothing of one that can.
std::optional<ConfirmedFact> failing(std::string_view fact,
                                     const std::optional<NodeSummary>& node) {
  if (!node) {
    return verdict_of(fact, Verdict::refused, "No node goes by the number");
  }
  if (!node->is_removed && node->status == NodeStatus::unknown) {
    return verdict_of(fact, Verdict::unknown, "No source describes it then");
  }
  if (node->is_removed || node->status != NodeStatus::aktiv) {
    return verdict_of(fact, Verdict::refused, "It is not active then");
  }
  return std::nullopt;
}

Result<bool> is_bankrupt(const Structure& structure, const EntityId& node) {
  Structure::NodeRoom room;
  const auto rows = structure.node(node, room);
  if (!rows) {
    return Failed(rows.error());
  }
  return std::ranges::any_of(rows->rows, [](const NodeRow& row) {
    std::string text;
    return row.entry.part == NodePart::condition &&
           candidates::text_of(row.text, 0, "condition", text) == bankrupt;
  });
}

class Judge {
public:
  Judge(const Structure& structure, const Claim& claim) : structure_(structure), claim_(claim) {}

  Result<std::vector<ConfirmedFact>> run();

private:
  Result<ConfirmedFact> legal_entity() const;
  Result<ConfirmedFact> point_of_care() const;
  Result<ConfirmedFact> department() const;
  Result<ConfirmedFact> affiliation() const;
  /// Whether `upper` is on the way from `lower` to its legal root.
  [[nodiscard]] Result<bool> leads_to(const EntityId& lower, const EntityId& upper) const;
  /// The unit that the person is said to work at, as narrow as it is claimed.
  [[nodiscard]] const std::optional<NodeSummary>& narrowest() const noexcept {
    return claim_.department ? department_ : claim_.point_of_care ? point_of_care_ : legal_;
  }

  const Structure& structure_;
  const Claim& claim_;
  std::optional<NodeSummary> legal_, point_of_care_, department_;
};

Result<bool> Judge::leads_to(const EntityId& lower, const EntityId& upper) const {
  const auto root = structure_.legal_root(lower);
  if (!root) {
    return Failed(root.error());
  }
  return std::ranges::find(root->way, upper) != root->way.end();
}

Result<ConfirmedFact> Judge::legal_entity() const {
  constexpr std::string_view fact = "legalEntity";
  if (auto fails = failing(fact, legal_)) {
    return *fails;
  }
  const auto failed = is_bankrupt(structure_, legal_->id);
  if (!failed) {
    return Failed(failed.error());
  }
  if (*failed) {
    return verdict_of(fact, Verdict::refused, "It is bankrupt", NodeSource::enhetsregisteret);
  }
  switch (legal_->type) {
  case NodeType::juridisk_enhet:
    return verdict_of(fact, Verdict::confirmed, "It is an active legal person",
                      NodeSource::enhetsregisteret);
  case NodeType::organisasjonsledd:
    return verdict_of(fact, Verdict::warning, "It is a part of a legal person, and none itself",
                      NodeSource::enhetsregisteret);
  default: return verdict_of(fact, Verdict::refused, "It is no legal person");
  }
}

Result<ConfirmedFact> Judge::point_of_care() const {
  constexpr std::string_view fact = "pointOfCare";
  if (auto fails = failing(fact, point_of_care_)) {
    return *fails;
  }
  if (!legal_) {
    return verdict_of(fact, Verdict::refused, "It does not belong to the legal entity");
  }
  const auto belongs = leads_to(point_of_care_->id, legal_->id);
  if (!belongs) {
    return Failed(belongs.error());
  }
  if (!*belongs) {
    return verdict_of(fact, Verdict::refused, "It does not belong to the legal entity");
  }
  const bool is_place = point_of_care_->type == NodeType::underenhet ||
                        point_of_care_->id == legal_->id;
  return is_place ? verdict_of(fact, Verdict::confirmed, "It belongs to the legal entity")
                  : verdict_of(fact, Verdict::warning,
                               "It belongs to the legal entity, but is no underenhet");
}

Result<ConfirmedFact> Judge::department() const {
  constexpr std::string_view fact = "department";
  if (auto fails = failing(fact, department_)) {
    return *fails;
  }
  const auto& above = claim_.point_of_care ? point_of_care_ : legal_;
  const auto belongs =
      above ? leads_to(department_->id, above->id) : Result<bool>(false);
  if (!belongs) {
    return Failed(belongs.error());
  }
  if (!*belongs) {
    return verdict_of(fact, Verdict::refused, "It belongs elsewhere");
  }
  if (department_->administrative || department_->name_is_withheld) {
    return verdict_of(fact, Verdict::warning,
                      "It belongs there, but is no unit that a patient should be told");
  }
  return verdict_of(fact, Verdict::confirmed, "It belongs there");
}

Result<ConfirmedFact> Judge::affiliation() const {
  constexpr std::string_view fact = "affiliation";
  const auto person = node_of(structure_, *claim_.practitioner);
  if (!person) {
    return Failed(person.error());
  }
  const auto uppers = *person ? structure_.uppers((*person)->id)
                              : Result<std::vector<NodeUpper>>(std::vector<NodeUpper>{});
  if (!uppers) {
    return Failed(uppers.error());
  }
  bool works_elsewhere = false;
  for (const NodeUpper& upper : *uppers) {
    if (upper.type != NodeRelation::tilknytning) {
      continue;
    }
    // At the unit, or at one below it; who works above it may work there.
    const auto here = narrowest() ? leads_to(upper.upper, narrowest()->id) : Result<bool>(false);
    if (!here) {
      return Failed(here.error());
    }
    if (*here) {
      return verdict_of(fact, Verdict::confirmed, "A source has an affiliation there",
                        upper.source);
    }
    works_elsewhere = true;
  }
  return works_elsewhere
             ? verdict_of(fact, Verdict::warning, "Sources have affiliations, but none there")
             : verdict_of(fact, Verdict::unknown, "No source has an affiliation");
}

Result<std::vector<ConfirmedFact>> Judge::run() {
  std::vector<ConfirmedFact> facts;
  const auto find = [this](const std::optional<OwnedNodeKey>& key,
                           std::optional<NodeSummary>& node) -> Result<void> {
    if (!key) {
      return {};
    }
    auto found = node_of(structure_, *key);
    if (!found) {
      return Failed(found.error());
    }
    node = std::move(*found);
    return {};
  };
  auto step = find(claim_.legal_entity, legal_);
  step = step ? find(claim_.point_of_care, point_of_care_) : step;
  step = step ? find(claim_.department, department_) : step;
  const auto judge = [&](Result<ConfirmedFact> (Judge::*fact)() const) {
    if (!step) {
      return;
    }
    auto judged = (this->*fact)();
    if (judged) {
      facts.push_back(*judged);
    } else {
      step = Failed(judged.error());
    }
  };
  judge(&Judge::legal_entity);
  if (claim_.point_of_care) judge(&Judge::point_of_care);
  if (claim_.department) judge(&Judge::department);
  if (claim_.practitioner) judge(&Judge::affiliation);
  if (!step) {
    return Failed(step.error());
  }
  return facts;
}

} // namespace

std::string_view name_of(Verdict verdict) noexcept {
  return verdicts[static_cast<std::size_t>(verdict)];
}

Result<std::vector<ConfirmedFact>> confirm(const Structure& structure, const Claim& claim) {
  return Judge(structure, claim).run();
}

} // namespace grunndata::registry::virksomhet
