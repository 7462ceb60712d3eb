// Issues felles hjelpenumre and keeps what is known about them.
#pragma once

#include "registry/error.h"
#include "registry/hjelpenummer/issuing_mark.h"
#include "registry/hjelpenummer/record.h"
#include "registry/idempotency.h"
#include "registry/registry.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::hjelpenummer {

inline constexpr std::size_t issue_count_max = 500;
inline constexpr std::uint32_t lease_counters_default = 1'000;
inline constexpr std::chrono::days open_long{30}; ///< a number open for longer is listed

struct HelpNumbersOptions {
  /// The issuing mark; empty: the data directory's name with `.issuing` behind it. Without the
  /// file nothing is issued.
  std::filesystem::path mark_file;
  std::uint32_t lease_counters = lease_counters_default;
  std::function<Instant()> clock; ///< unset: the system's; for tests
};

/// Why a number cannot be issued now. `none`: it can.
enum class Closed : std::uint8_t {
  none,
  no_range,      ///< no range was ever delegated: `delegate` was not called, there is no mark
  mark_missing,  ///< numbers were issued, but the mark's file is gone
  mark_foreign,  ///< the mark belongs to another installation
  mark_ahead,    ///< the mark is more than a lease ahead, and no restore was noted
  mark_unusable, ///< damaged, unreadable, or open elsewhere
  exhausted,     ///< every counter of every range was used
};
[[nodiscard]] std::string_view name_of(Closed closed) noexcept;

struct IssueRequest {
  Actor by;
  std::string organisation;      ///< orgnr of the issuing unit; must be valid
  std::string reason;            ///< 1 to 500 characters
  std::vector<Facts> facts;      ///< one number for each, 1 to 500; facts may be empty
  std::vector<Newborn> newborns; ///< none, or one for each
  std::optional<IdempotencyKey> key;
  std::array<std::uint8_t, 16> request_hash{};
  /// The answer to keep with the key, made on the writer's thread; must be quick.
  std::function<KeptAnswer(const std::vector<HelpNumber>&)> answer;
  /// Asked on the writer's thread, behind the look for a kept answer and before numbers are taken:
  /// an error of it ends the request. It may be asked more than once; must be quick.
  std::function<Result<void>()> admit;
};

struct IssueOutcome {
  std::vector<HelpNumber> numbers;
  std::optional<KeptAnswer> replayed; ///< the key's first answer; `numbers` is empty then
};

/// What the number space and the organisations stand at.
struct SpaceFigures {
  std::uint64_t delegated = 0; ///< counters of all ranges; some 82.6 of 100 give a number
  std::uint64_t used = 0;      ///< counters up to the marks
  /// In the order they are used up. Like the others nothing while closed, `exhausted` apart.
  std::vector<RangeMark> ranges;
};
struct OrganisationFigures {
  std::string organisation;
  std::uint64_t issued = 0; ///< ever, whatever became of them
  std::uint64_t linked = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t outstanding = 0; ///< issued, and neither linked, cancelled nor dead
  std::uint64_t reserved = 0;
  std::uint64_t burnt = 0;
};

/// A file of numbers issued elsewhere, read.
struct ElsewhereFigures {
  std::uint64_t read = 0;
  std::uint64_t added = 0;
  std::uint64_t known = 0;
  std::uint64_t stopped = 0; ///< ours, now stopped, each with an urgent case
  std::uint64_t invalid = 0; ///< lines that are no felles hjelpenummer
};

/// Thread-safe. Everything that changes is one atomic synced commit: record, person, identifier,
/// event, and the answer kept for an idempotency key.
///
/// Never twice: a counter is used only out of a lease whose end the mark's file held before
/// (issuing_mark.h), a number is taken only if no record and no claim has it (insert if absent),
/// and no record is ever removed.
class HelpNumbers {
public:
  /// Reads the mark and holds it against the registry; what is wrong with it closes issuing and
  /// nothing else. Errors: `corrupt`, `storage` of the registry.
  [[nodiscard]] static Result<std::unique_ptr<HelpNumbers>> open(Registry& registry,
                                                                 HelpNumbersOptions options);
  ~HelpNumbers();
  HelpNumbers(const HelpNumbers&) = delete;
  HelpNumbers& operator=(const HelpNumbers&) = delete;

  /// Opens issuing: a range that Norsk helsenett has delegated to this installation. The first one
  /// makes the mark. Errors: `invalid`, `conflict`, `storage`, and `unavailable` for what `closed`
  /// says, `no_range` apart.
  [[nodiscard]] Result<void> delegate(PrefixRange range);
  [[nodiscard]] Closed closed() const;
  [[nodiscard]] SpaceFigures space() const;

  /// `done` is called on the writer's thread after the sync. Errors: `invalid` (says which field),
  /// `conflict` (the key came with another request), `unavailable` (closed), `storage`, `corrupt`;
  /// then no number was given out.
  void issue(IssueRequest request, std::function<void(Result<IssueOutcome>)> done);
  [[nodiscard]] Result<IssueOutcome> issue(IssueRequest request); ///< waits

  /// Takes `count` unused numbers and writes each like `like`, reserved: part of the caller's
  /// commit on the writer's thread, after which the caller calls `reservation_written`. `again`:
  /// set with an error when a commit of `record_lease` must be written first (and
  /// `reservation_written` called); then submit the work anew. Errors as of `issue`.
  [[nodiscard]] Result<std::vector<HelpNumber>>
  reserve(Transaction& transaction, const HelpNumber& like, std::size_t count, bool& again);
  void record_lease(Transaction& transaction);
  void reservation_written() noexcept;
  /// A reserved number is found to be in use: makes the person, as `issue` does.
  [[nodiscard]] Result<HelpNumber> take_into_use(Transaction& transaction, HelpNumber number,
                                                 FactItem item);

  /// A local number of any shape (1 to 64 bytes) that `organisation` uses, or has used: registered
  /// with what is known of who goes by it. The same value of two assigners is two persons. `like`:
  /// number, assigner, organisation, issued_by, reason, items. Errors: `invalid`; `conflict`: it is
  /// registered already.
  [[nodiscard]] Result<HelpNumber> register_local(HelpNumber like);

  /// `not_found` when we never heard of it.
  [[nodiscard]] Result<HelpNumber> show(const IdentifierKey& number) const;
  /// Of the entity that goes by it, also when it is linked: `not_found`.
  [[nodiscard]] Result<HelpNumber> of(const EntityId& entity) const;

  /// Adds an item, without what may tell where they are when they hide. Errors: `not_found`,
  /// `invalid`, `conflict` (cancelled, burnt, erased …).
  [[nodiscard]] Result<HelpNumber> update(const IdentifierKey& number, FactItem item);
  /// `conflict`: linked, or others are linked to it (unlink first), or cancelled for another reason
  /// already. Again for the same reason changes nothing.
  [[nodiscard]] Result<HelpNumber> cancel(const IdentifierKey& number, CancelReason why, Actor by,
                                          std::string reason);
  /// Who went by it is dead and was never identified. `conflict`: not `issued`.
  [[nodiscard]] Result<HelpNumber> mark_dead(const IdentifierKey& number, Actor by,
                                             std::string reason);
  /// The need has ceased: facts and reasons go, for good; the number stays as a tombstone.
  [[nodiscard]] Result<HelpNumber> erase(const IdentifierKey& number, Actor by);

  /// Numbers of the organisation (empty: of all) that are `issued` since before `before`, oldest
  /// first; at most `limit`, after `after` (a number of the page before; empty: from the start).
  [[nodiscard]] Result<std::vector<HelpNumber>> outstanding(std::string_view organisation,
                                                            Instant before, std::string_view after,
                                                            std::size_t limit) const;
  [[nodiscard]] Result<std::vector<OrganisationFigures>> figures() const;

  /// Numbers that other issuers have given out, one a line. Never ours afterwards; one of ours is
  /// stopped, and an urgent case opened.
  [[nodiscard]] Result<ElsewhereFigures>
  load_elsewhere(const std::function<std::optional<std::string>()>& next_line, const Actor& by);

private:
  struct Impl;
  explicit HelpNumbers(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

// For links, blocks and importers, inside their own commits:

[[nodiscard]] Result<std::optional<HelpNumber>> find_number(const Transaction& transaction,
                                                            const IdentifierKey& number);
[[nodiscard]] Result<std::optional<HelpNumber>> find_number(const Transaction& transaction,
                                                            const EntityId& entity);
/// Writes the record and, where it has an entity, the entity's rows from it. `type`: the event.
[[nodiscard]] Result<void> put_number(Transaction& transaction, const IdCipher& ids,
                                      const HelpNumber& number, EventType type);

} // namespace grunndata::registry::hjelpenummer
