#include "api/access/number_quota.h"

#include <algorithm>

namespace grunndata::api::access {

namespace {

using registry::Client;

constexpr std::int64_t second_us = 1'000'000;

void subtract(std::map<std::pair<std::string, std::string>, std::uint64_t>& counts,
              const std::pair<std::string, std::string>& name, std::uint64_t numbers) {
  if (const auto found = counts.find(name); found != counts.end()) {
    found->second -= std::min(found->second, numbers);
  }
}

} // namespace

NumberQuota::NumberQuota(NumberLimits limits, std::function<registry::Instant()> clock)
    : limits_(limits), clock_(clock ? std::move(clock) : registry::now) {}

std::uint64_t NumberQuota::limit_of(const Client& client) const noexcept {
  return client.numbers_per_day != 0 ? client.numbers_per_day : limits_.per_client;
}

std::uint64_t NumberQuota::count_of(const Counts& counts, const Name& name) {
  const auto found = counts.find(name);
  return found == counts.end() ? 0 : found->second;
}

void NumberQuota::add(Counts& counts, Name name, std::uint64_t numbers, std::uint64_t limit) {
  if (limit == 0) {
    return;
  }
  if (counts.size() >= names_counted_max && !counts.contains(name)) {
    counts.erase(std::ranges::min_element(counts, {}, &Counts::value_type::second));
  }
  const std::uint64_t count = counts[std::move(name)] += numbers;
  figures_.fullest_percent = std::max(figures_.fullest_percent, count * 100 / limit);
}

NumberAllowance NumberQuota::take(const Client& client, std::string_view organisation,
                                  std::uint64_t numbers) {
  const std::lock_guard lock(mutex_);
  const registry::Instant when = clock_();
  if (when.microseconds >= day_.end_us) {
    day_ = day_of(when);
    clients_.clear();
    organisations_.clear();
    figures_.fullest_percent = 0;
  }
  const std::uint64_t of_client = limit_of(client);
  Name client_name{client.issuer, client.id};
  Name organisation_name{{}, std::string(organisation)};
  NumberAllowance allowance;
  allowance.day_begin_us = day_.begin_us;
  if (of_client != 0 && count_of(clients_, client_name) + numbers > of_client) {
    allowance.used_up = UsedUp::client;
    ++figures_.refused_by_client;
  } else if (limits_.per_organisation != 0 &&
             count_of(organisations_, organisation_name) + numbers > limits_.per_organisation) {
    allowance.used_up = UsedUp::organisation;
    ++figures_.refused_by_organisation;
  }
  if (allowance.used_up != UsedUp::none) {
    const std::int64_t rest_us = day_.end_us - when.microseconds;
    allowance.retry_after_seconds = static_cast<std::uint32_t>(
        std::max<std::int64_t>((rest_us + second_us - 1) / second_us, 1));
    return allowance;
  }
  add(clients_, std::move(client_name), numbers, of_client);
  add(organisations_, std::move(organisation_name), numbers, limits_.per_organisation);
  figures_.counted += numbers;
  return allowance;
}

void NumberQuota::give_back(const NumberAllowance& allowance, const Client& client,
                            std::string_view organisation, std::uint64_t numbers) {
  const std::lock_guard lock(mutex_);
  if (allowance.day_begin_us == day_.begin_us) {
    subtract(clients_, {client.issuer, client.id}, numbers);
    subtract(organisations_, {{}, std::string(organisation)}, numbers);
  }
}

NumberFigures NumberQuota::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

} // namespace grunndata::api::access
