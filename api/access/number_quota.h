// How many hjelpenumre a client, and the organisation it acts for, may be given in a day.
#pragma once

#include "api/access/day.h"
#include "registry/clients/client.h"
#include "registry/time.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace grunndata::api::access {

/// Numbers a day, issued and reserved alike; 0: no limit. A client with a quota of its own has that
/// one instead.
struct NumberLimits {
  std::uint64_t per_client = 0;
  std::uint64_t per_organisation = 0;
};

enum class UsedUp : std::uint8_t { none, client, organisation };

/// What came of asking. Numbers that are refused are not counted.
struct NumberAllowance {
  UsedUp used_up = UsedUp::none;
  std::uint32_t retry_after_seconds = 0; ///< until the next day, at least 1; set on a refusal
  std::int64_t day_begin_us = 0;         ///< of the day they were counted in; for `give_back`
};

struct NumberFigures {
  std::uint64_t counted = 0;           ///< ever; what may be given back again as well
  std::uint64_t refused_by_client = 0; ///< requests
  std::uint64_t refused_by_organisation = 0;
  /// How far the fullest of today's quotas has been used, in percent.
  std::uint64_t fullest_percent = 0;
};

/// Thread-safe. What is counted lives in memory: a new process starts with unused quotas. A day is
/// one in Europe/Oslo. A clock that is set back gives nothing twice. A request fits whole or not at
/// all.
class NumberQuota {
public:
  static constexpr std::size_t names_counted_max = 1u << 17; ///< the least used make room

  /// `clock`: unset is the system's.
  explicit NumberQuota(NumberLimits limits, std::function<registry::Instant()> clock = {});

  [[nodiscard]] NumberAllowance take(const registry::Client& client, std::string_view organisation,
                                     std::uint64_t numbers);
  /// Of numbers that `take` allowed and that were not given out after all.
  void give_back(const NumberAllowance& allowance, const registry::Client& client,
                 std::string_view organisation, std::uint64_t numbers);

  [[nodiscard]] NumberFigures figures() const;

private:
  /// A client's issuer and id, or nothing and an organisation's number.
  using Name = std::pair<std::string, std::string>;
  using Counts = std::map<Name, std::uint64_t>;

  [[nodiscard]] std::uint64_t limit_of(const registry::Client& client) const noexcept;
  void add(Counts& counts, Name name, std::uint64_t numbers, std::uint64_t limit);
  [[nodiscard]] static std::uint64_t count_of(const Counts& counts, const Name& name);

  const NumberLimits limits_;
  const std::function<registry::Instant()> clock_;
  mutable std::mutex mutex_;
  Day day_;
  Counts clients_;
  Counts organisations_;
  NumberFigures figures_;
};

} // namespace grunndata::api::access
