// Enhetsregisteret over a made-up nation: units to which things happen, and its feeds of updates.
#pragma once

#include "tools/generate/random.h"
#include "tools/generate/virksomhet/nation.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace grunndata::simulate::enhetsregisteret {

using generate::Day;
using generate::virksomhet::Unit;

/// The register keeps the two apart: paths, feeds and counters of their own.
enum class Kind : std::uint8_t { main, sub };
inline constexpr std::size_t kind_count = 2;

enum class State : std::uint8_t {
  live,
  deleted, ///< slettet: still told, in short
  removed, ///< fjernet for legal reasons: gone, and copies must go too
};

struct Entry {
  Unit unit;
  State state = State::live;
  Day ended = generate::no_day; ///< slettedato
  std::uint64_t leaders = 0;    ///< that it has had
};

/// Somebody's roles changed: what the feed of roles tells, to the second.
struct RoleUpdate {
  std::int64_t when_ms = 0;
  std::string number;
};

/// One row of a feed.
struct Update {
  std::uint64_t id = 0;
  std::int64_t when_ms = 0; ///< since 1970
  std::string number;
  std::string_view type; ///< endringstype
  std::string changes;   ///< elements of endringer[], commas between; empty: none are told
};

/// What can happen. Most name what the feed calls Endring.
enum class Happening : std::uint8_t {
  renamed,
  moved,
  resized,       ///< other employees
  owner_changed, ///< eierskifte of a sub-unit
  founded,       ///< a new main unit with a sub-unit
  deleted,
  removed,
  touched,       ///< told as changed, though nothing has
  twice,         ///< one change told in two rows
  led_anew,      ///< another leader of a main unit, told by the feed of roles alone
  moved_trade,   ///< another naeringskode: perhaps one that somebody picks by
};
inline constexpr std::size_t happening_count = 11;
[[nodiscard]] std::string_view name_of(Happening happening) noexcept;
[[nodiscard]] std::optional<Happening> happening_of(std::string_view name) noexcept;

/// One thread at a time. The same options and calls give the same register, its clock apart.
class UnitRegister {
public:
  /// Some units have ended already: told of in the feeds, in no bulk file.
  explicit UnitRegister(const generate::virksomhet::NationOptions& options);

  /// Null when there never was one of that kind with this number.
  [[nodiscard]] const Entry* find(Kind kind, std::string_view number) const;
  [[nodiscard]] const std::vector<Entry>& entries(Kind kind) const noexcept {
    return entries_[static_cast<std::size_t>(kind)];
  }
  /// By id.
  [[nodiscard]] const std::vector<Update>& updates(Kind kind) const noexcept {
    return updates_[static_cast<std::size_t>(kind)];
  }
  /// In the order they were told.
  [[nodiscard]] const std::vector<RoleUpdate>& role_updates() const noexcept {
    return role_updates_;
  }
  /// The municipalities that own an IKS, by number.
  [[nodiscard]] std::vector<std::string> owners_of(const Entry& entry) const;
  /// Who runs it: a made-up person, the same each time.
  struct Leader {
    std::string given_name;
    std::string family_name;
    Day born = 0;
  };
  [[nodiscard]] static Leader leader_of(const Entry& entry, std::uint64_t role);

  /// False when there is nothing it could happen to.
  bool happen(Happening what);
  /// A row of a type that nobody knows, about somebody who has not changed.
  void tell_unknown_type();
  /// The feeds are filled anew: all that was told is told again, under other ids.
  void renumber();

private:
  struct Place {
    Kind kind{};
    std::size_t at = 0;
  };
  [[nodiscard]] Entry& entry(const Place& place) {
    return entries_[static_cast<std::size_t>(place.kind)][place.at];
  }
  /// Somebody live, of that kind or (unset) of either.
  [[nodiscard]] std::optional<Place> somebody(std::optional<Kind> kind, bool without_subs = false);
  void add(Kind kind, Unit unit);
  void tell(const Place& place, std::string_view type, std::string changes = {});
  void end(const Place& place, State state);
  bool found();
  bool change_owner();
  bool change_leader();
  void tell_roles(const std::string& number);

  generate::virksomhet::Nation nation_;
  generate::Draw draw_;
  std::array<std::vector<Entry>, kind_count> entries_;
  std::array<std::unordered_map<std::string, std::size_t>, kind_count> by_number_;
  std::unordered_map<std::string, std::size_t> live_subs_; ///< of a main unit's number
  std::array<std::vector<Update>, kind_count> updates_;
  std::vector<RoleUpdate> role_updates_;
  std::array<std::uint64_t, kind_count> next_id_;
  std::int64_t now_ms_ = 0; ///< rises with every row
  std::uint64_t founded_ = 0;
  bool is_history_ = true; ///< rows are of before the simulator began
};

} // namespace grunndata::simulate::enhetsregisteret
