// Inside of `HelpNumbers`, shared by the files that implement it.
#pragma once

#include "registry/hjelpenummer/dispenser.h"
#include "registry/hjelpenummer/help_numbers.h"

namespace grunndata::registry::hjelpenummer {

[[nodiscard]] Result<HelpNumber> read_record(std::string_view value);
void put_record(Transaction& transaction, const HelpNumber& number);

struct HelpNumbers::Impl {
  Impl(Registry& given, HelpNumbersOptions options)
      : registry(given), clock(options.clock ? options.clock : now),
        dispenser(given, std::move(options)) {}

  Registry& registry;
  std::function<Instant()> clock;
  Dispenser dispenser;

  /// One request, until its commit was written.
  struct Issue {
    IssueRequest request;
    IssueOutcome outcome;
    bool again = false; ///< its numbers need a lease that is being written
    bool took = false;
    int tries = 0;
    std::function<void(Result<IssueOutcome>)> done;
  };
  void submit(const std::shared_ptr<Issue>& issue);
  void finish(const std::shared_ptr<Issue>& issue, Result<void> written);
  Result<void> work(Transaction& transaction, Issue& issue);

  /// Makes the entity, record and claim of a number that has none.
  Result<void> make_person(Transaction& transaction, HelpNumber& number);
  /// Reads the record, lets `change` change it (false: nothing to write), and writes it with its
  /// person. `forget`: as of `write_person`.
  Result<HelpNumber> change(const IdentifierKey& identifier,
                            const std::function<Result<bool>(HelpNumber&)>& change,
                            bool forget = false);
  Result<void> note_elsewhere(Transaction& transaction, const std::string& text, const Actor& by,
                              ElsewhereFigures& figures);

  [[nodiscard]] Result<HelpNumber> read(const std::string& key) const;
  /// `each` is given every record behind `after` in order of key; false stops.
  Result<void> walk(std::string_view after,
                    const std::function<bool(const std::string&, HelpNumber&)>& each) const;
};

} // namespace grunndata::registry::hjelpenummer
