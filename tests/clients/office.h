// The handlers of administration, called without a socket by callers of every kind.
#pragma once

#include "api/access/number_quota.h"
#include "api/context.h"
#include "registry/audit/log.h"
#include "registry/clients/break_glass.h"
#include "registry/clients/clients.h"
#include "registry/hjelpenummer/blocks.h"
#include "registry/hjelpenummer/help_numbers.h"
#include "registry/links/links.h"
#include "registry/subscriptions/subscriptions.h"
#include "tests/registry/town.h"

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::api::stories {

/// One answer, and what the audit log holds of it.
struct Told {
  int status = 0;
  std::string body;
  std::string content_type;
  std::string headers; ///< lines that the handler added
  std::vector<registry::audit::Record> records;
  std::shared_ptr<http::BodyStream> stream{}; ///< instead of a body

  [[nodiscard]] bool holds(std::string_view text) const {
    return body.find(text) != std::string::npos;
  }
  /// The value of the first `"name":"…"`.
  [[nodiscard]] std::string member(std::string_view name) const;
};

/// A registry in memory with clients, break-glass and an audit log.
class Office {
public:
  Office();

  registry::stories::Town& town() { return town_; }
  registry::Clients& clients() { return *clients_; }
  registry::BreakGlass& break_glass() { return *break_glass_; }

  /// Who asks from now on; `user_key` empty: a client without a user.
  void become(std::string user_key, std::string user_name = {});
  void agree(const registry::Client& client);
  /// The same with these rights alone; none: as before.
  void hold(access::RightSet rights, std::string organisation = "974760673");
  /// Opens issuing, of numbers that begin with 8300, and blocks of them.
  registry::hjelpenummer::HelpNumbers& issue_help_numbers();
  /// Opens linking.
  registry::Links& link_persons();
  /// Opens subscriptions; webhooks may go where `addresses` says.
  registry::Subscriptions& take_subscriptions(webhooks::AddressRules addresses = {});
  /// Whether callers have legal basis from now on.
  void see(registry::Access access) { access_ = access; }
  registry::Registry& registry() { return town_.registry(); }
  registry::audit::Log& log() { return *log_; }
  /// Without break-glass, as a server that was given none.
  void take_break_glass_away() { options_.access.break_glass = nullptr; }

  Told ask(HandlerFunction handler, std::string_view query = {},
           std::initializer_list<std::string_view> path = {});
  Told post(HandlerFunction handler, std::string_view json,
            std::initializer_list<std::string_view> path = {},
            std::string_view content_type = "application/json", std::string_view query = {});
  /// With an Idempotency-Key.
  Told post_once(HandlerFunction handler, std::string_view json, std::string_view key,
                 std::initializer_list<std::string_view> path = {});
  /// With a header Accept.
  Told ask_for(HandlerFunction handler, std::string_view accept,
               std::initializer_list<std::string_view> path = {});
  /// With any header, by any method.
  Told ask_with(HandlerFunction handler, http::Method method, std::string_view query,
                const http::Header& header);
  /// What was logged since the last answer.
  std::vector<registry::audit::Record> news();
  ApiOptions& options() { return options_; }
  /// From here on hjelpenumre are counted.
  void limit_numbers(access::NumberLimits limits);

private:
  Told call(HandlerFunction handler, http::Request& request);

  registry::stories::Town town_;
  registry::stories::ScratchDirectory directory_;
  std::unique_ptr<registry::Clients> clients_;
  std::unique_ptr<registry::BreakGlass> break_glass_;
  std::unique_ptr<registry::audit::Log> log_;
  std::unique_ptr<registry::hjelpenummer::HelpNumbers> help_numbers_;
  std::unique_ptr<registry::hjelpenummer::Blocks> blocks_;
  std::unique_ptr<access::NumberQuota> number_quota_;
  std::unique_ptr<registry::Links> links_;
  std::unique_ptr<registry::Subscriptions> subscriptions_;
  ApiOptions options_;
  SourceAge source_age_;
  registry::LogTips tips_;
  Metrics metrics_{1};
  std::atomic<const http::Server*> server_{nullptr};
  v1::ExportSlots exports_{2};
  Context context_;
  access::Caller caller_;
  registry::Access access_ = registry::Access::no_legal_basis;
  std::uint64_t logged_ = 0;
};

} // namespace grunndata::api::stories
