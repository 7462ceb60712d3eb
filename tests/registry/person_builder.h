// Source records made by hand, so that tests read as stories. Numbers are synthetic (month + 80);
// bodies are short, for the registry never reads them.
#pragma once

#include "registry/registry.h"

#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::stories {

/// The n-th synthetic foedselsnummer or D-nummer; control digits are the importer's business.
[[nodiscard]] std::string fnr(unsigned n);
[[nodiscard]] std::string dnr(unsigned n);
/// A date or date-time that must be right.
[[nodiscard]] Instant at(std::string_view text);

/// What a row says of itself. Dates are dates or date-times; empty: absent.
struct RowFacts {
  std::string from{};
  std::string to{};
  std::string registered{};
  Validity validity = Validity::valid;
  Grading grading = Grading::unclassified;
  std::string open{}; ///< body of the open form; empty: none
  std::string v1{};   ///< body of the /v1 form; empty: none
  std::string reason{};
};

/// A row that another one replaced: not valid, and no end of its own.
[[nodiscard]] RowFacts superseded(std::string from, std::string registered = {});

/// A person as one record of a source. Rows are grouped by part when the record is made; inside a
/// part they keep the order in which they were added, newest first as the source delivers them.
class PersonBuilder {
public:
  /// Goes by `number`, in use.
  explicit PersonBuilder(std::string number, IdentifierType type = IdentifierType::fnr);

  PersonBuilder& opphoert(); ///< the primary number has ceased
  PersonBuilder& formerly(std::string number, IdentifierType type = IdentifierType::fnr);
  /// A number that another source issued.
  PersonBuilder& also(IdentifierType type, std::string text, std::string assigner = {});
  PersonBuilder& protection(Grading grading);
  PersonBuilder& registered(std::string_view when); ///< of the record; else the newest row's

  /// `body` without braces: `"lastName":"Hansen"`.
  PersonBuilder& has(PersonPart part, std::string body, RowFacts facts = {});
  PersonBuilder& named(std::string_view last, RowFacts facts = {});
  PersonBuilder& lives_at(std::string_view street, RowFacts facts = {});
  PersonBuilder& is(std::string_view status, RowFacts facts = {});
  PersonBuilder& died(std::string_view day, RowFacts facts = {});
  PersonBuilder& related(RelationType type, std::string number);
  /// More of the source's record that no row comes from: a member, `"x":1`.
  PersonBuilder& remark(std::string member);

  [[nodiscard]] SourceRecord record() const;

private:
  struct Held {
    IdentifierType type;
    std::string text, assigner;
    bool in_use, primary, own;
  };
  struct Said {
    PersonPart part;
    std::string body;
    RowFacts facts;
  };
  std::vector<Held> numbers_;
  std::vector<Said> rows_;
  std::vector<std::pair<RelationType, std::string>> relations_;
  std::vector<std::string> remarks_;
  Grading protection_ = Grading::unclassified;
  std::optional<Instant> registered_;
};

} // namespace grunndata::registry::stories
