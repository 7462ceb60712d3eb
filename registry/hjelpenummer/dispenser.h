// Gives out unused numbers, out of leases that the issuing mark has on disk.
#pragma once

#include "registry/hjelpenummer/help_numbers.h"
#include "registry/transaction.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace grunndata::registry::hjelpenummer {

/// `take` is for the writer's thread; everything else is thread-safe.
///
/// The data directory's own record of a lease (`issuing/…` in `meta`) is part of every commit that
/// takes numbers until one of them was written, and no second lease is taken before: so the mark is
/// never more than one lease ahead of the directory, whatever crashes.
class Dispenser {
public:
  Dispenser(Registry& registry, HelpNumbersOptions options);

  /// Opens the mark, if there is one, and brings the directory's record in line with it. What is
  /// wrong closes the dispenser. Errors: `corrupt`, `storage` of the registry.
  [[nodiscard]] Result<void> open();
  [[nodiscard]] Result<void> delegate(PrefixRange range);
  [[nodiscard]] Closed closed() const;
  [[nodiscard]] SpaceFigures space() const;

  /// Numbers that nobody has, to be written in the same commit. `again`: set, with an error, when
  /// the lease must be recorded first: the caller has `record` written, then submits its work anew.
  [[nodiscard]] Result<std::vector<std::string>> take(Transaction& transaction, std::size_t count,
                                                      bool& again);
  /// Writes the directory's record of the lease and nothing else: for when all that took numbers of
  /// it failed afterwards.
  void record(Transaction& transaction);
  /// A commit with numbers of `take`, or one of `record`, was written.
  void written() noexcept;

private:
  struct Space {
    PrefixRange range;
    NumberSpace numbers;
  };

  [[nodiscard]] Result<DatabaseRecord> recorded() const;
  [[nodiscard]] Result<void> record_marks(const MarkState& state);
  [[nodiscard]] Result<void> make_installation();
  /// Takes up `mark_` as it is.
  [[nodiscard]] Result<void> use_mark();
  [[nodiscard]] Result<void> use_range(const RangeMark& range);
  [[nodiscard]] Result<void> lease(std::size_t count); ///< with `mutex_` held
  [[nodiscard]] Result<bool> is_free(const Transaction& transaction,
                                     const std::string& number) const;

  Registry& registry_;
  HelpNumbersOptions options_;
  std::mutex changing_; ///< of `delegate`; never held by the writer
  std::optional<InstallationId> installation_;
  std::unique_ptr<IssuingMark> mark_; ///< set before `closed_` lets anybody use it
  mutable std::mutex mutex_;          ///< for all below; never held while waiting for the writer
  Closed closed_ = Closed::no_range;
  std::vector<Space> spaces_; ///< as mark_->state().ranges
  std::optional<Lease> lease_;
  std::uint32_t next_ = 0; ///< counter of lease_
  bool lease_recorded_ = true;
};

} // namespace grunndata::registry::hjelpenummer
