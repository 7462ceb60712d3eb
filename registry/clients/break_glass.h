// Break-glass: access opened by a user in an emergency, and its review afterwards (privacy.md).
#pragma once

#include "registry/clients/client.h"
#include "registry/clients/grant.h"
#include "registry/error.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry {

class Registry;

inline constexpr std::size_t grant_reason_characters_min = 10;
inline constexpr std::size_t grant_reason_characters_max = 500;
inline constexpr std::size_t grant_note_characters_max = 500;
inline constexpr std::chrono::minutes grant_minutes_default{15};
inline constexpr std::chrono::minutes grant_minutes_max{60};
inline constexpr std::chrono::days grant_review_days_default{7};
inline constexpr std::size_t grants_open_per_user_max = 20;
inline constexpr std::size_t grants_open_max = 100'000;

/// What is wrong with a reason for opening, as static text; empty when it will do: 10 to 500
/// characters on one line, without a number like a person's.
[[nodiscard]] std::string_view fault_of_reason(std::string_view reason) noexcept;
/// The same for a reviewer's note, which may be empty.
[[nodiscard]] std::string_view fault_of_note(std::string_view note) noexcept;

struct BreakGlassOptions {
  std::chrono::seconds review_within = grant_review_days_default;
  std::function<Instant()> clock; ///< unset: the system's
};

/// Who asks for whom. The texts about the user come from the token.
struct GrantRequest {
  const Client& client; ///< gives the parts
  std::string issuer;   ///< of the token: a client may be registered for any
  std::string user_key; ///< `audit::Log::user_key`; never empty: only people break glass
  std::string user_name;
  std::string user_hpr;
  std::string organisation;
  EntityId entity;
  EmergencyPurpose purpose{};
  std::string reason;
  std::chrono::minutes duration = grant_minutes_default;
};

/// Whom an open grant is looked for. Views.
struct GrantName {
  std::string_view client_id;
  std::string_view issuer; ///< of the token
  std::string_view user_key;
  EntityId entity;
};

/// Which grants to list.
enum class GrantQueue : std::uint8_t {
  all,
  waiting, ///< not reviewed
  overdue, ///< not reviewed, and the deadline has passed
};

/// Thread-safe. One object for a registry in a process, as with `Clients`; must be destroyed before
/// the registry. A grant widens the parts a client may ask for and its legal basis, for one person;
/// what is purged stays purged, and how the View treats what is protected does not change.
class BreakGlass {
public:
  /// Reads the grants that are still open. Errors: `corrupt`, `storage`.
  [[nodiscard]] static Result<std::unique_ptr<BreakGlass>> open(Registry& registry,
                                                                BreakGlassOptions options = {});
  ~BreakGlass();
  BreakGlass(const BreakGlass&) = delete;
  BreakGlass& operator=(const BreakGlass&) = delete;

  /// Opens; on disk when it returns, and `find` sees it from then on. Errors: `invalid` (reason,
  /// duration of 1 to 60 minutes, no user, a client without break-glass parts or agreement),
  /// `conflict` (the user has too many open ones), `unavailable`, `storage`.
  [[nodiscard]] Result<Grant> grant(GrantRequest request);

  /// The open grant that ends last; null when there is none, which costs next to nothing. Never
  /// waits for the store. What it returns never changes.
  [[nodiscard]] std::shared_ptr<const Grant> find(const GrantName& name) const;

  /// From number `from` on, in the order opened, at most `limit`. Errors: `corrupt`, `storage`.
  [[nodiscard]] Result<std::vector<Grant>> list(GrantQueue queue, std::uint64_t from,
                                                std::size_t limit) const;
  /// Errors: `not_found`, `corrupt`, `storage`.
  [[nodiscard]] Result<Grant> get(std::uint64_t number) const;

  struct Review {
    std::string by;       ///< for people; not empty
    std::string user_key; ///< of the reviewer; empty for the command line
    ReviewOutcome outcome{};
    std::string note;
  };
  /// Closes the review of a grant, open still or not; the grant as it is then. Once: a review
  /// stands. Errors: `not_found`; `conflict` (reviewed already, or by who opened it); `invalid`
  /// (note, nobody named); `corrupt`, `unavailable`, `storage`.
  [[nodiscard]] Result<Grant> review(std::uint64_t number, Review review);

private:
  struct Impl;
  explicit BreakGlass(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

} // namespace grunndata::registry
