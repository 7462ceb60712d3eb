// Blocks of hjelpenumre for downtime: leased beforehand, used on paper, reported afterwards.
#pragma once

#include "registry/audit/tree/checkpoint.h"
#include "registry/hjelpenummer/help_numbers.h"
#include "registry/work_queue.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::hjelpenummer {

inline constexpr std::size_t block_count_max = 500;
inline constexpr std::chrono::days block_lasts_max{366};
inline constexpr std::size_t block_label_characters_max = 100;
inline constexpr std::size_t report_count_max = 500;
inline constexpr std::size_t note_characters_max = 500;
/// Different reports kept about one number; a further one is refused.
inline constexpr std::size_t reports_per_number_max = 64;
/// So far a clock that was offline may be ahead of ours.
inline constexpr std::chrono::hours clock_ahead_max{1};

struct Block {
  std::uint64_t number = 0; ///< from 1, in the order reserved
  std::string organisation; ///< orgnr that may use the numbers
  std::string label;        ///< ward or place; what people call it
  Instant reserved{};
  Instant expires{};
  Actor by;
  std::vector<std::string> numbers; ///< in the order of the list and the sheet
  /// The signature line of a C2SP signed note over `block_list`; empty: there was no key to sign
  /// with, or it failed.
  std::string signature;
  std::optional<Instant> burnt; ///< when the numbers unused at expiry were burnt

  bool operator==(const Block&) const = default;
};

/// What is signed: a line saying what it is, then block, organisation, label, when reserved,
/// expiry (UTC) and count, each on a line behind its name, then the numbers, one a line. Its first
/// line holds blanks, which no checkpoint's does: neither can pass for the other.
[[nodiscard]] std::string block_list(const Block& block);
/// The list and its signature as one C2SP signed note, for a file that travels alone.
[[nodiscard]] std::string signed_block_list(const Block& block);
/// `invalid`: the block is not what `key` signed.
[[nodiscard]] Result<void> verify_block(const Block& block, const audit::VerifierKey& key);

/// What has become of a block's numbers.
struct BlockFigures {
  std::size_t unused = 0; ///< reserved still
  std::size_t used = 0;   ///< in use or linked, or were: every state not named here
  std::size_t burnt = 0;
  std::size_t cancelled = 0;
};

struct BlocksOptions {
  /// The signature line over a text: `audit::Log::sign`. Unset: blocks are not signed.
  std::function<Result<std::string>(std::string_view text)> sign;
  std::function<Instant()> clock; ///< unset: the system's; for tests
};

struct BlockRequest {
  Actor by;
  std::string organisation; ///< orgnr; must be valid
  std::string label;        ///< 1 to 100 characters on one line
  std::size_t count = 0;    ///< 1 to 500
  Instant expires{};        ///< later than now, at most 366 days
  std::optional<IdempotencyKey> key;
  std::array<std::uint8_t, 16> request_hash{};
  /// The answer to keep with the key, made on the writer's thread; must be quick.
  std::function<KeptAnswer(const Block&)> answer;
  std::function<Result<void>()> admit; ///< as of IssueRequest
};
struct BlockOutcome {
  Block block;
  std::optional<KeptAnswer> replayed; ///< the key's first answer; `block` is empty then
};

/// A number as it was used on paper.
struct UsedNumber {
  std::string number; ///< eleven digits
  Instant used{};     ///< when somebody was given it
  Facts facts;        ///< may be empty
  std::optional<Newborn> newborn;
  std::string reason; ///< at most 500 characters, may be empty; kept beside the facts

  bool operator==(const UsedNumber&) const = default;
};

enum class ReportResult : std::uint8_t {
  in_use,   ///< it is a person's now
  known,    ///< the same was reported before: nothing was changed
  conflict, ///< kept beside a work item, for a human; nothing was overwritten
};
[[nodiscard]] std::string_view name_of(ReportResult result) noexcept; ///< "in-use" …

struct ReportedNumber {
  std::string number;
  ReportResult result{};
  std::optional<EntityId> entity; ///< of who goes by it, where somebody does
  /// The work item that it led to, now or when it was first reported; 0: none. Also `in_use` has
  /// one when it was used before the block was reserved or after its expiry.
  std::uint64_t work = 0;
};

struct ReportRequest {
  Actor by;
  std::string organisation; ///< orgnr that used them; another than the block's is a conflict
  std::uint64_t block = 0;
  std::vector<UsedNumber> used; ///< 1 to 500; one number may stand in it twice
  std::optional<IdempotencyKey> key;
  std::array<std::uint8_t, 16> request_hash{};
  std::function<KeptAnswer(const std::vector<ReportedNumber>&)> answer; ///< as of BlockRequest
};
struct ReportOutcome {
  std::vector<ReportedNumber> numbers; ///< as `used`
  std::optional<KeptAnswer> replayed;
};

/// A report that could not be followed, until its work item is settled.
struct ConflictingReport {
  std::uint64_t block = 0; ///< that the report named
  std::string organisation;
  Actor by;
  Instant told{};
  UsedNumber used;
};

/// Thread-safe; every call that changes something waits for its synced commit and is not for the
/// writer's thread. Errors of all: `storage`, `corrupt`.
class Blocks {
public:
  /// Both must outlive it.
  Blocks(Registry& registry, HelpNumbers& numbers, BlocksOptions options = {});

  /// Errors: `invalid` (field first in the message), `conflict` (the key came with another
  /// request), `unavailable` (issuing is closed): then nothing is reserved.
  [[nodiscard]] Result<BlockOutcome> reserve(BlockRequest request);

  /// `not_found`.
  [[nodiscard]] Result<Block> show(std::uint64_t number) const;
  /// Of the organisation (empty: of all), from block `from` on, in the order reserved.
  [[nodiscard]] Result<std::vector<Block>> list(std::string_view organisation, std::uint64_t from,
                                                std::size_t limit) const;
  [[nodiscard]] Result<BlockFigures> figures(const Block& block) const;

  /// In any order, late and repeatedly. A reserved or burnt number of the block comes into use; all
  /// that contradicts what is known (another organisation or block, other facts or another time
  /// about a number that was reported, a number that was cancelled or is somebody else's) becomes a
  /// work item `block_conflict` and is kept beside it. Errors, with nothing written: `not_found`
  /// (block), `invalid` (place and field first in the message), `conflict` (the key came with
  /// another request), `out_of_range` (too many different reports about one number).
  [[nodiscard]] Result<ReportOutcome> report(ReportRequest request);

  /// What the work item is about. `not_found`: no such item, it is settled, or its report was
  /// followed (a number used outside the block's time).
  [[nodiscard]] Result<ConflictingReport> conflict(std::uint64_t work) const;
  /// Decides a `block_conflict`. Accepted: what was reported is added to who goes by the number, or
  /// brings it into use. Either way the report's facts are gone from beside the item.
  /// `decision.when` is set here. Errors: `not_found`, `invalid` (no `block_conflict`, or the
  /// note), `conflict` (decided already, or accepted where the number's state forbids).
  [[nodiscard]] Result<WorkItem> settle(std::uint64_t work, WorkDecision decision);

  /// Burns what is unused of blocks that expired before `when`; how many numbers. A commit each
  /// block. To be called now and then.
  [[nodiscard]] Result<std::size_t> expire(Instant when);

private:
  Registry& registry_;
  HelpNumbers& numbers_;
  BlocksOptions options_;
};

/// Erases the facts kept in reports about a number of a block: part of its erasure.
[[nodiscard]] Result<void> forget_reports(Transaction& transaction, const HelpNumber& number);

} // namespace grunndata::registry::hjelpenummer
