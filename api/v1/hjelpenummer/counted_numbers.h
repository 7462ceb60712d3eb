// Numbers that a request asks for, counted towards the day of who asks.
#pragma once

#include "api/access/number_quota.h"
#include "api/context.h"
#include "registry/error.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace grunndata::api::v1 {

/// Counts when the service is about to take numbers (an answer that is given again counts nothing),
/// and gives back what was counted unless `keep` was called. Must outlive the service's work on the
/// request.
class CountedNumbers {
public:
  CountedNumbers(const Context& context, const Call& call, std::string organisation,
                 std::size_t numbers);
  ~CountedNumbers();
  CountedNumbers(const CountedNumbers&) = delete;
  CountedNumbers& operator=(const CountedNumbers&) = delete;

  /// For the service's request; points into this. `unavailable` when a quota is used up.
  [[nodiscard]] std::function<registry::Result<void>()> admit();
  /// They were given out.
  void keep() noexcept { kept_ = true; }
  /// Whether a quota is why nothing was given out; then answers 429, and leaves a record of it.
  bool refuse_used_up(Call& call, const http::Request& request, http::Response& response) const;

private:
  registry::Result<void> count();

  access::NumberQuota* quota_; ///< null: nothing is counted
  const registry::Client& client_;
  std::string organisation_;
  std::size_t numbers_;
  std::optional<access::NumberAllowance> allowance_;
  bool kept_ = false;
};

} // namespace grunndata::api::v1
