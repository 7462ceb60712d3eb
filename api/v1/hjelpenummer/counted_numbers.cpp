#include "api/v1/hjelpenummer/counted_numbers.h"

#include "api/audit_trail.h"
#include "api/problems.h"
#include "api/v1/hjelpenummer/problems.h"

namespace grunndata::api::v1 {

using access::UsedUp;

CountedNumbers::CountedNumbers(const Context& context, const Call& call, std::string organisation,
                               std::size_t numbers)
    : quota_(context.options.access.number_quota), client_(*call.caller.client),
      organisation_(std::move(organisation)), numbers_(numbers) {}

CountedNumbers::~CountedNumbers() {
  if (allowance_ && allowance_->used_up == UsedUp::none && !kept_) {
    quota_->give_back(*allowance_, client_, organisation_, numbers_);
  }
}

registry::Result<void> CountedNumbers::count() {
  if (quota_ != nullptr && !allowance_) {
    allowance_ = quota_->take(client_, organisation_, numbers_);
  }
  return !allowance_ || allowance_->used_up == UsedUp::none
             ? registry::Result<void>{}
             : registry::fail(registry::ErrorCode::unavailable, "the day's numbers are used up");
}

std::function<registry::Result<void>()> CountedNumbers::admit() {
  return [this] { return count(); };
}

bool CountedNumbers::refuse_used_up(Call& call, const http::Request& request,
                                    http::Response& response) const {
  if (!allowance_ || allowance_->used_up == UsedUp::none) return false;
  call.audit.add(registry::audit::Act::denied).outcome = problem::numbers_used_up.code;
  refuse(request, response, problem::numbers_used_up,
         allowance_->used_up == UsedUp::client ? "More than this client may be given in a day"
                                               : "More than this unit may be given in a day");
  response.add_header("Retry-After", std::to_string(allowance_->retry_after_seconds));
  return true;
}

} // namespace grunndata::api::v1
