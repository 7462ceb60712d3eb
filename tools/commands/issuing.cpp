#include "tools/commands/issuing.h"

#include "tools/logging/log.h"

#include <algorithm>
#include <optional>

namespace grunndata::tools {

namespace {

namespace hn = registry::hjelpenummer;

constexpr const char* mark_suffix = ".issuing";

/// The range to take up. A demonstration's own only where none was ever delegated.
std::optional<hn::PrefixRange> range_wanted(const registry::Registry& registry,
                                            const config::Config& config,
                                            const hn::HelpNumbers& numbers) {
  if (config.hjelpenummer.range) {
    return hn::PrefixRange{config.hjelpenummer.range->first, config.hjelpenummer.range->second};
  }
  const bool demonstration = config.access.mode == config::AccessMode::demo &&
                             registry.environment() == registry::Environment::test &&
                             numbers.closed() == hn::Closed::no_range;
  return demonstration ? std::optional(demonstration_range) : std::nullopt;
}

void take_up(hn::HelpNumbers& numbers, hn::PrefixRange range) {
  const std::vector<hn::RangeMark> known = numbers.space().ranges;
  if (std::ranges::find(known, range, &hn::RangeMark::range) != known.end()) {
    return;
  }
  if (const auto taken = numbers.delegate(range); taken) {
    log::info("hjelpenummer", "a delegated range is taken up",
              {{"first", range.first}, {"last", range.last}});
  } else {
    log::warn("hjelpenummer", "the range hjelpenummer.range is not taken up",
              {{"why", taken.error().message}});
  }
}

} // namespace

std::filesystem::path issuing_mark_file(const config::Config& config) {
  if (!config.hjelpenummer.mark_file.empty()) {
    return config.hjelpenummer.mark_file;
  }
  std::error_code fault;
  auto file = std::filesystem::absolute(config.data.directory, fault).lexically_normal();
  if (!file.has_filename()) { // "data/"
    file = file.parent_path();
  }
  file += mark_suffix;
  return file;
}

registry::Result<std::unique_ptr<hn::HelpNumbers>> open_help_numbers(registry::Registry& registry,
                                                                     const config::Config& config) {
  hn::HelpNumbersOptions options;
  options.mark_file = issuing_mark_file(config);
  options.lease_counters = config.hjelpenummer.lease_counters;
  auto numbers = hn::HelpNumbers::open(registry, std::move(options));
  if (!numbers) {
    return numbers;
  }
  const hn::Closed before = (*numbers)->closed();
  if (before != hn::Closed::none && before != hn::Closed::no_range) {
    log::warn("hjelpenummer", "no numbers are issued",
              {{"why", name_of(before)}, {"mark", issuing_mark_file(config).string()}});
  }
  const bool may_grow = before == hn::Closed::none || before == hn::Closed::no_range ||
                        before == hn::Closed::exhausted;
  const auto range = range_wanted(registry, config, **numbers);
  if (may_grow && range) {
    take_up(**numbers, *range);
  }
  return numbers;
}

std::unique_ptr<hn::Blocks> open_blocks(registry::Registry& registry, hn::HelpNumbers& numbers,
                                        const registry::audit::Log* log) {
  hn::BlocksOptions options;
  if (log != nullptr) {
    options.sign = [log](std::string_view text) { return log->sign(text); };
  }
  return std::make_unique<hn::Blocks>(registry, numbers, std::move(options));
}

} // namespace grunndata::tools
