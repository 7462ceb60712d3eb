// What can happen to people, and what Folkeregisteret would then hold and tell.
#include "identifiers/generate.h"
#include "tools/simulate/time_text.h"
#include "tools/simulate/world.h"

#include <algorithm>
#include <array>
#include <utility>

namespace grunndata::simulate {

bool World::move() {
  const auto index = somebody([](const Person& person) { return !person.is_dead; });
  if (!index) return false;
  Document document(*people_[*index].json);
  const std::string* const old = document.current("bostedsadresse");
  if (old == nullptr || member(*old, "husnummer").empty()) return false;
  std::string moved = with_member(*old, "husnummer", std::to_string(1 + draw_.below(90)));
  moved = with_member(moved, "ajourholdstidspunkt", now_text_);
  moved = with_member(moved, "gyldighetstidspunkt", date_text(now_us_) + "T00:00:00+01:00");
  moved = with_member(moved, "flyttedato", date_text(now_us_));
  moved = with_member(moved, "aarsak", "Flytting innenlands");
  document.supersede("bostedsadresse", std::move(moved));
  store(*index, document.json());
  event("endringIBostedsadresse", *index);
  return true;
}

bool World::rename() {
  const auto index = somebody([](const Person& person) { return !person.is_dead; });
  if (!index) return false;
  static constexpr std::array<std::string_view, 6> families{"Nordli",  "Fjellheim", "Østgård",
                                                            "Čoahkku", "Myrvang",   "Solbakken"};
  Document document(*people_[*index].json);
  const std::string* const old = document.current("navn");
  if (old == nullptr) return false;
  std::string renamed = with_member(
      *old, "etternavn", families[draw_.below(static_cast<std::uint32_t>(families.size()))]);
  renamed = with_member(renamed, "ajourholdstidspunkt", now_text_);
  renamed = with_member(renamed, "gyldighetstidspunkt", date_text(now_us_) + "T00:00:00+01:00");
  document.supersede("navn", without_member(renamed, "forkortetNavn"));
  store(*index, document.json());
  event("endringINavn", *index);
  return true;
}

/// A correction of what is there: the row is replaced, and leaves no history.
bool World::change(std::string_view property, std::string_view event_type,
                   std::string_view reason) {
  const auto index = somebody([property](const Person& person) {
    return person.json->find('"' + std::string(property) + "\":[") != std::string::npos;
  });
  if (!index) return false;
  Document document(*people_[*index].json);
  std::string* const element = document.current(property);
  if (element == nullptr) return false;
  *element = with_member(with_member(*element, "ajourholdstidspunkt", now_text_), "aarsak", reason);
  store(*index, document.json());
  event(event_type, *index);
  return true;
}

bool World::bear() {
  if (unborn_.empty()) return false;
  const std::size_t index = people_.size();
  add(unborn_.front());
  unborn_.pop_front();
  event("personErOpprettet", index);
  event("endringIFoedsel", index);
  return true;
}

bool World::die() {
  const auto index = somebody([](const Person& person) { return !person.is_dead; });
  if (!index) return false;
  Document document(*people_[*index].json);
  document.supersede("status", stamp("lege", "Dødsfall") + R"(,"status":"doed"})");
  document.property("doedsfall").is_object = true;
  document.property("doedsfall").elements = {stamp("lege", "Dødsfall") + R"(,"doedsdato":")" +
                                             date_text(now_us_) + "\"}"};
  people_[*index].is_dead = true;
  last_death_ = index;
  store(*index, document.json());
  event("personErDoed", *index);
  return true;
}

/// Annulled: the rows vanish, as if they had never been. Corrected: then registered again. The
/// newest death is the mistaken one, as in life.
bool World::annul_death(bool again) {
  auto index = std::exchange(last_death_, std::nullopt);
  if (!index || !people_[*index].is_dead || people_[*index].merged_into) {
    index = somebody([](const Person& person) { return person.is_dead; });
  }
  if (!index) return false;
  Document document(*people_[*index].json);
  Property& status = document.property("status");
  if (status.elements.size() < 2 || document.find("doedsfall") == nullptr) return false;
  const std::string date = member(document.find("doedsfall")->elements.front(), "doedsdato");
  document.remove("doedsfall");
  std::erase_if(status.elements, is_current);
  std::string& living = status.elements.front();
  const std::size_t at = living.find(R"("erGjeldende":false)");
  if (at != std::string::npos) living.replace(at, 19, R"("erGjeldende":true)");
  people_[*index].is_dead = false;
  store(*index, document.json());
  event("personErReaktivert", *index);
  if (!again) return true;
  tick();
  document.supersede("status", stamp("lege", "Dødsfall") + R"(,"status":"doed"})");
  document.property("doedsfall").is_object = true;
  document.property("doedsfall").elements = {stamp("lege", "Dødsfall") + R"(,"doedsdato":")" +
                                             (date.empty() ? date_text(now_us_) : date) + "\"}"};
  people_[*index].is_dead = true;
  store(*index, document.json());
  event("personErDoed", *index);
  return true;
}

bool World::protect(std::string_view grading) {
  const auto index =
      somebody([](const Person& person) { return !person.is_dead && !person.is_protected; });
  if (!index) return false;
  Document document(*people_[*index].json);
  document.supersede("adressebeskyttelse", stamp("folkeregistermyndigheten", "Adressebeskyttelse") +
                                               R"(,"graderingsnivaa":")" + std::string(grading) +
                                               "\"}");
  for (const std::string_view property : {"bostedsadresse", "oppholdsadresse", "postadresse"}) {
    Property* const found = document.find(property);
    if (found == nullptr) continue;
    for (std::string& one : found->elements) one = with_member(one, "adressegradering", grading);
  }
  people_[*index].is_protected = true;
  store(*index, document.json());
  event("endringIAdressebeskyttelse", *index);
  return true;
}

bool World::lift() {
  const auto index = somebody([](const Person& person) { return person.is_protected; });
  if (!index) return false;
  Document document(*people_[*index].json);
  document.remove("adressebeskyttelse");
  for (const std::string_view property : {"bostedsadresse", "oppholdsadresse", "postadresse"}) {
    Property* const found = document.find(property);
    if (found == nullptr) continue;
    for (std::string& one : found->elements) one = with_member(one, "adressegradering", "ugradert");
  }
  people_[*index].is_protected = false;
  store(*index, document.json());
  event("endringIAdressebeskyttelse", *index);
  return true;
}

/// A foedselsnummer of a D-number's birth date that nobody has.
std::string World::new_number(std::string_view like) {
  const auto digit = [like](std::size_t at) { return like[at] - '0'; };
  const int day = digit(0) * 10 + digit(1) - 40;
  const int month = digit(2) * 10 + digit(3) - 80;
  const int two = digit(4) * 10 + digit(5);
  for (const int year : {1900 + two, 2000 + two}) {
    identifiers::NumberSequence sequence(
        {static_cast<std::int16_t>(year), static_cast<std::uint8_t>(month),
         static_cast<std::uint8_t>(day)},
        {identifiers::Kind::fnr, identifiers::Synthetic::skatteetaten,
         identifiers::CheckRule::pre2032});
    for (auto number = sequence.next(); number; number = sequence.next()) {
      const std::string text(number->text());
      if (!by_number_.contains(text)) return text;
    }
  }
  return {};
}

bool World::give_number() {
  const auto index = somebody([](const Person& person) {
    return person.has_d_number && !person.is_dead && person.numbers.back()[2] >= '8';
  });
  if (!index) return false;
  const std::string old = people_[*index].numbers.back();
  const std::string number = new_number(old);
  if (number.empty()) return false;
  Document document(*people_[*index].json);
  std::string* const held = document.current("identifikasjonsnummer");
  if (held == nullptr) return false;
  *held = with_member(with_member(*held, "status", "opphoert"), "opphoerstidspunkt",
                      date_text(now_us_) + "T00:00:00+01:00");
  document.supersede("identifikasjonsnummer", stamp("folkeregistermyndigheten", "Innvandring") +
                                                  R"(,"status":"iBruk","foedselsEllerDNummer":")" +
                                                  number +
                                                  R"(","identifikatortype":"foedselsnummer"})");
  document.supersede("status",
                     stamp("folkeregistermyndigheten", "Innvandring") + R"(,"status":"bosatt"})");
  Person& person = people_[*index];
  person.numbers.push_back(number);
  person.has_d_number = false;
  by_number_.emplace(number, *index);
  store(*index, document.json());
  event("endringIIdentifikasjonsnummer", *index, old);
  event("personErBosatt", *index);
  return true;
}

bool World::merge() {
  const auto plain = [](const Person& person) {
    return !person.is_dead && !person.is_protected && !person.before_merge;
  };
  const auto loser = somebody(plain);
  const auto survivor = somebody(plain);
  if (!loser || !survivor || *loser == *survivor) return false;
  Document lost(*people_[*loser].json);
  Document kept(*people_[*survivor].json);
  Property& numbers = kept.property("identifikasjonsnummer");
  for (const std::string& one : lost.property("identifikasjonsnummer").elements) {
    std::string ceased = as_history(with_member(one, "status", "opphoert"));
    ceased = with_member(ceased, "ajourholdstidspunkt", now_text_);
    ceased = with_member(ceased, "opphoerstidspunkt", date_text(now_us_) + "T00:00:00+01:00");
    numbers.elements.push_back(with_member(ceased, "aarsak", "Dublett"));
  }
  Person& gone = people_[*loser];
  gone.before_merge = gone.json;
  gone.merged_into = *survivor;
  merges_.emplace_back(*loser, *survivor);
  store(*survivor, kept.json());
  event("personErOpphoertSomDublett", *loser);
  event("personErViderefoertSomGjeldendeVedSammenslaaing", *survivor);
  return true;
}

bool World::part() {
  if (merges_.empty()) return false;
  const auto at = static_cast<std::size_t>(draw_.below(static_cast<std::uint32_t>(merges_.size())));
  const auto [loser, survivor] = merges_[at];
  if (people_[survivor].merged_into) return false; // the chain is parted from its other end
  merges_.erase(merges_.begin() + static_cast<std::ptrdiff_t>(at));
  Person& back = people_[loser];
  Document kept(*people_[survivor].json);
  const Document own(*back.before_merge); // with those of whom it had taken in itself
  std::erase_if(kept.property("identifikasjonsnummer").elements, [&own](const std::string& one) {
    const std::vector<std::string>& its = own.find("identifikasjonsnummer")->elements;
    return std::any_of(its.begin(), its.end(), [&one](const std::string& other) {
      return member(one, "foedselsEllerDNummer") == member(other, "foedselsEllerDNummer");
    });
  });
  back.merged_into.reset();
  back.before_merge.reset();
  store(survivor, kept.json());
  store(loser, own.json());
  event("personErReaktivert", loser);
  event("personErOppdatert", survivor);
  return true;
}

bool World::touch(bool told) {
  const auto index = somebody([](const Person&) { return true; });
  if (!index) return false;
  Document document(*people_[*index].json);
  std::string* const name = document.current("navn");
  if (name == nullptr) return false;
  *name = with_member(*name, "kilde", told ? "FREG automatisk" : "KILDE_DSF_rettet");
  if (!told) *name = with_member(*name, "aarsak", "Patch " + std::to_string(documents_));
  store(*index, document.json());
  if (told) event("personErOppdatert", *index);
  return true;
}

} // namespace grunndata::simulate
