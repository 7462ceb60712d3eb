#include "tools/simulate/enhetsregisteret/unit_register.h"

#include "tools/generate/names.h"
#include "tools/generate/virksomhet/brreg.h"
#include "tools/generate/virksomhet/words.h"

#include <algorithm>
#include <chrono>

namespace grunndata::simulate::enhetsregisteret {

namespace {

namespace virksomhet = generate::virksomhet;

/// The two feeds count on their own (virksomhet.md 1.3).
constexpr std::array<std::uint64_t, kind_count> first_ids{24'700'101, 21'400'017};
constexpr std::uint32_t id_step_max = 9;
constexpr std::int64_t ms_per_day = 86'400'000;
constexpr std::int64_t ms_per_second = 1'000;
/// Rows about what was there before the simulator began are told as of the days before.
constexpr std::int64_t history_days = 30;
constexpr std::uint32_t ended_per_million = 10'000;
constexpr std::uint32_t removed_per_million = 1'000;
constexpr int tries_max = 200;
constexpr std::size_t owners_of_company = 3;

constexpr generate::virksomhet::CodeText health_trade{"86.210", "Allmennlegetjenester"};
constexpr generate::virksomhet::CodeText other_trade{"47.110", "Butikkhandel"};

constexpr std::string_view type_unknown = "Ukjent";
constexpr std::string_view type_new = "Ny";
constexpr std::string_view type_change = "Endring";
constexpr std::string_view type_deletion = "Sletting";
constexpr std::string_view type_removal = "Fjernet";

constexpr std::array<std::string_view, happening_count> happening_names{
    "renamed", "moved",   "resized", "owner-changed", "founded",  "deleted",
    "removed", "touched", "twice",   "led-anew",      "moved-trade"};

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string change(std::string_view operation, std::string_view path, std::string_view text) {
  std::string json(R"({"op":")");
  json.append(operation).append(R"(","path":")").append(path).append(R"(","value":)");
  virksomhet::append_quoted(json, text);
  return json.append(1, '}');
}

} // namespace

std::string_view name_of(Happening happening) noexcept {
  return happening_names[static_cast<std::size_t>(happening)];
}

std::optional<Happening> happening_of(std::string_view name) noexcept {
  const auto found = std::ranges::find(happening_names, name);
  if (found == happening_names.end()) return std::nullopt;
  return static_cast<Happening>(found - happening_names.begin());
}

UnitRegister::UnitRegister(const virksomhet::NationOptions& options)
    : nation_(options), draw_(generate::key_of(options.seed, 0xB44E6)), next_id_(first_ids),
      now_ms_(now_ms() - history_days * ms_per_day) {
  nation_.for_each_concern([this](const virksomhet::Concern& concern) {
    for (std::uint64_t which = 0; which < concern.units; ++which) {
      add(Kind::main, nation_.unit(concern, which));
    }
    for (std::uint64_t which = 0; which < concern.subs; ++which) {
      add(Kind::sub, nation_.sub_unit(concern, which));
    }
  });
  for (const Kind kind : {Kind::main, Kind::sub}) {
    for (std::size_t at = 0; at < entries(kind).size(); ++at) {
      tell({kind, at}, at % 3 == 0 ? type_unknown : type_new);
    }
  }
  for (const Kind kind : {Kind::main, Kind::sub}) {
    for (std::size_t at = 0; at < entries(kind).size(); ++at) {
      const Unit& unit = entries(kind)[at].unit;
      const bool is_company = unit.sub || unit.sector.code == "2100" || unit.form.code == "ENK";
      if (!is_company || (!unit.sub && live_subs_[unit.number] != 0)) continue;
      if (draw_.per_million(removed_per_million)) {
        end({kind, at}, State::removed);
      } else if (draw_.per_million(ended_per_million)) {
        end({kind, at}, State::deleted);
      }
    }
  }
  is_history_ = false;
}

void UnitRegister::add(Kind kind, Unit unit) {
  const auto place = static_cast<std::size_t>(kind);
  if (kind == Kind::sub) ++live_subs_[unit.parent];
  by_number_[place].emplace(unit.number, entries_[place].size());
  entries_[place].push_back({.unit = std::move(unit)});
}

const Entry* UnitRegister::find(Kind kind, std::string_view number) const {
  const auto place = static_cast<std::size_t>(kind);
  const auto found = by_number_[place].find(std::string(number));
  return found == by_number_[place].end() ? nullptr : &entries_[place][found->second];
}

std::vector<std::string> UnitRegister::owners_of(const Entry& entry) const {
  if (entry.unit.form.code != "IKS") return {};
  std::vector<std::string> towns;
  std::size_t rank = 0; // of this one among its like: the nation's relations count so, too
  for (const Entry& other : entries(Kind::main)) {
    if (other.unit.form.code == "KOMM") towns.push_back(other.unit.number);
    if (other.unit.form.code == "IKS" && other.unit.index < entry.unit.index) ++rank;
  }
  std::vector<std::string> owners;
  for (std::size_t owner = 0; owner < owners_of_company && !towns.empty(); ++owner) {
    owners.push_back(towns[(rank + owner) % towns.size()]);
  }
  return owners;
}

UnitRegister::Leader UnitRegister::leader_of(const Entry& entry, std::uint64_t role) {
  generate::Draw draw(generate::key_of(entry.unit.index, role + 100 * entry.leaders));
  const generate::NameLists& names = generate::names_in(generate::Tongue::norwegian);
  const auto pick = [&draw](generate::Names list) {
    return std::string(list[draw.below(static_cast<std::uint32_t>(list.size()))]);
  };
  Leader leader;
  leader.given_name = pick(draw.percent(50) ? names.women : names.men);
  leader.family_name = pick(names.families);
  leader.born = draw.between(generate::day_of(1950, 1, 1), generate::day_of(2000, 1, 1));
  return leader;
}

std::optional<UnitRegister::Place> UnitRegister::somebody(std::optional<Kind> kind,
                                                          bool without_subs) {
  for (int tries = 0; tries < tries_max; ++tries) {
    const Kind chosen = kind.value_or(draw_.percent(50) ? Kind::main : Kind::sub);
    const auto& all = entries(chosen);
    if (all.empty()) continue;
    const Place place{chosen, draw_.below(static_cast<std::uint32_t>(all.size()))};
    const Entry& found = all[place.at];
    const auto subs = live_subs_.find(found.unit.number);
    const bool has_subs = subs != live_subs_.end() && subs->second != 0;
    const bool is_company = found.unit.sub || found.unit.sector.code == "2100" ||
                            found.unit.form.code == "ENK";
    if (found.state == State::live && !(without_subs && (has_subs || !is_company))) return place;
  }
  return std::nullopt;
}

void UnitRegister::tell(const Place& place, std::string_view type, std::string changes) {
  const auto kind = static_cast<std::size_t>(place.kind);
  Update update;
  update.id = next_id_[kind];
  next_id_[kind] += 1 + draw_.below(id_step_max); // sparse
  now_ms_ = is_history_ ? now_ms_ + 1 : std::max(now_ms_ + 1, now_ms());
  update.when_ms = now_ms_;
  update.number = entry(place).unit.number;
  update.type = type;
  update.changes = std::move(changes);
  updates_[kind].push_back(std::move(update));
  if (place.kind == Kind::main && type == type_new) tell_roles(entry(place).unit.number);
}

void UnitRegister::tell_roles(const std::string& number) {
  now_ms_ = is_history_ ? now_ms_ + 1 : std::max(now_ms_ + 1, now_ms());
  role_updates_.push_back({now_ms_ / ms_per_second * ms_per_second, number});
}

bool UnitRegister::change_leader() {
  const auto place = somebody(Kind::main);
  if (!place) return false;
  ++entry(*place).leaders;
  tell_roles(entry(*place).unit.number);
  return true;
}

/// Below all ids of before: whoever stands at one of those is told of nothing for ever.
void UnitRegister::renumber() {
  constexpr std::uint64_t lower = 10'000'000;
  for (const Kind kind : {Kind::main, Kind::sub}) {
    const auto place = static_cast<std::size_t>(kind);
    std::uint64_t id = first_ids[place] - lower;
    for (Update& update : updates_[place]) update.id = id++;
    next_id_[place] = id;
  }
}

void UnitRegister::end(const Place& place, State state) {
  Entry& ended = entry(place);
  ended.state = state;
  ended.ended = static_cast<Day>(now_ms() / ms_per_day);
  if (place.kind == Kind::sub) --live_subs_[ended.unit.parent];
  tell(place, state == State::deleted ? type_deletion : type_removal);
}

bool UnitRegister::found() {
  const std::uint64_t which = founded_++;
  virksomhet::Concern concern;
  concern.kind = virksomhet::ConcernKind::company;
  concern.place = which;
  concern.key = generate::key_of(draw_.next(), which);
  concern.subs = 1;
  Unit unit = nation_.unit(concern, 0);
  Unit sub = nation_.sub_unit(concern, 0);
  // Behind all numbers that the nation uses itself.
  unit.number = nation_.closed_number(1'000 + 2 * which);
  sub.number = nation_.closed_number(1'001 + 2 * which);
  sub.parent = unit.number;
  add(Kind::main, std::move(unit));
  tell({Kind::main, entries(Kind::main).size() - 1}, type_new);
  add(Kind::sub, std::move(sub));
  tell({Kind::sub, entries(Kind::sub).size() - 1}, type_new);
  return true;
}

bool UnitRegister::change_owner() {
  const auto sub = somebody(Kind::sub);
  const auto owner = somebody(Kind::main, true);
  if (!sub || !owner) return false;
  Unit& unit = entry(*sub).unit;
  --live_subs_[unit.parent];
  unit.parent = entry(*owner).unit.number;
  ++live_subs_[unit.parent];
  unit.owner_changed = static_cast<Day>(now_ms() / ms_per_day);
  tell(*sub, type_change, change("replace", "/overordnetEnhet", unit.parent));
  return true;
}

bool UnitRegister::happen(Happening what) {
  if (what == Happening::founded) return found();
  if (what == Happening::owner_changed) return change_owner();
  if (what == Happening::led_anew) return change_leader();
  const bool ends = what == Happening::deleted || what == Happening::removed;
  const auto place = somebody(std::nullopt, ends);
  if (!place) return false;
  Unit& unit = entry(*place).unit;
  const Day today = static_cast<Day>(now_ms() / ms_per_day);
  switch (what) {
    case Happening::renamed:
    case Happening::twice: {
      const Day since = unit.former.empty() ? unit.registered : unit.former.back().to;
      unit.former.push_back({unit.name, since, today});
      unit.name = virksomhet::capitals(virksomhet::fancy_word(draw_.next())) + " " +
                  unit.name.substr(unit.name.rfind(' ') + 1);
      tell(*place, type_change, change("replace", "/navn", unit.name));
      if (what == Happening::twice) tell(*place, type_change);
      break;
    }
    case Happening::moved: {
      const auto all = virksomhet::municipalities();
      const auto at = draw_.below(static_cast<std::uint32_t>(all.size()));
      unit.place = virksomhet::place_in(all[at], draw_.next());
      tell(*place, type_change,
           change("replace",
                  unit.sub ? "/beliggenhetsadresse/adresse/0" : "/forretningsadresse/adresse/0",
                  unit.place.street));
      break;
    }
    case Happening::resized:
      unit.employees = 5 + draw_.below(500);
      tell(*place, type_change,
           std::string(R"({"op":"replace","path":"/antallAnsatte","value":)")
               .append(std::to_string(unit.employees))
               .append(1, '}'));
      break;
    case Happening::moved_trade:
      unit.industry = draw_.percent(50) ? health_trade : other_trade;
      tell(*place, type_change, change("replace", "/naeringskode1/kode", unit.industry.code));
      break;
    case Happening::touched: tell(*place, type_change); break;
    case Happening::deleted: end(*place, State::deleted); break;
    case Happening::removed: end(*place, State::removed); break;
    case Happening::owner_changed:
    case Happening::led_anew:
    case Happening::founded: break; // above
  }
  return true;
}

void UnitRegister::tell_unknown_type() {
  if (const auto place = somebody(std::nullopt)) tell(*place, "Omregistrert");
}

} // namespace grunndata::simulate::enhetsregisteret
