#include "tools/simulate/world.h"

#include "tools/generate/population.h"
#include "tools/simulate/parts.h"
#include "tools/simulate/time_text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace grunndata::simulate {

namespace {

constexpr std::array<std::string_view, happening_count> names{"moved",
                                                              "renamed",
                                                              "family-changed",
                                                              "grounds-changed",
                                                              "contact-changed",
                                                              "born",
                                                              "died",
                                                              "death-annulled",
                                                              "death-corrected",
                                                              "protected",
                                                              "strictly-protected",
                                                              "protection-lifted",
                                                              "got-number",
                                                              "merged",
                                                              "parted",
                                                              "updated",
                                                              "silently-changed"};

/// Versions kept of all people together, beyond the newest of each; older ones are "deleted".
constexpr std::size_t versions_max = 200'000;
constexpr int tries_to_find = 200;

std::int64_t present() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

} // namespace

std::string_view name_of(Happening happening) noexcept {
  return names[static_cast<std::size_t>(happening)];
}

std::optional<Happening> happening_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i < happening_count; ++i) {
    if (names[i] == name && !name.empty()) return static_cast<Happening>(i);
  }
  return std::nullopt;
}

World::World(const WorldOptions& options)
    : draw_(generate::key_of(options.seed, 0x51)),
      document_key_(generate::key_of(options.seed, 0x52)),
      next_sequence_(options.first_sequence + 1) {
  generate::PopulationOptions population;
  population.persons = options.persons + options.unborn;
  population.seed = options.seed;
  generate::Population pass(population);
  std::string lines;
  while (pass.next(lines)) {
    for (std::size_t at = 0; at < lines.size();) {
      const std::size_t end = lines.find('\n', at);
      if (people_.size() < options.persons) {
        add(std::string_view(lines).substr(at, end - at));
      } else {
        unborn_.emplace_back(lines, at, end - at);
      }
      at = end + 1;
    }
    lines.clear();
  }
}

void World::tick() {
  now_us_ = std::max(present(), now_us_ + 1);
  now_text_ = time_text(now_us_);
}

std::string World::document_id() {
  std::array<char, 40> text{};
  const std::uint64_t first = generate::key_of(document_key_, ++documents_);
  const int size = std::snprintf(text.data(), text.size(), "%016llx%016llx",
                                 static_cast<unsigned long long>(first),
                                 static_cast<unsigned long long>(generate::mix(first)));
  return {text.data(), static_cast<std::size_t>(size)};
}

void World::add(std::string_view json) {
  Person person;
  Document document(json);
  const bool is_whole = !document.leave_out([](auto name) { return is_never_given(name); });
  if (const Property* numbers = document.find("identifikasjonsnummer")) {
    for (auto one = numbers->elements.rbegin(); one != numbers->elements.rend(); ++one) {
      person.numbers.push_back(member(*one, "foedselsEllerDNummer"));
      if (is_current(*one)) {
        person.has_d_number = member(*one, "identifikatortype") == "dNummer";
      }
    }
  }
  person.is_dead = document.find("doedsfall") != nullptr;
  person.is_protected = document.find("adressebeskyttelse") != nullptr;
  const std::size_t index = people_.size();
  for (const std::string& number : person.numbers) by_number_.emplace(number, index);
  people_.push_back(std::move(person));
  store(index, is_whole ? std::string(json) : document.json());
}

void World::store(std::size_t index, std::string json) {
  Person& person = people_[index];
  if (!person.document.empty()) superseded_.push_back(person.document);
  person.json = std::make_shared<const std::string>(std::move(json));
  person.document = document_id();
  versions_.emplace(person.document, person.json);
  while (superseded_.size() > versions_max) {
    versions_.erase(superseded_.front());
    superseded_.pop_front();
  }
}

void World::event(std::string_view type, std::size_t index, std::string_view identifier) {
  const Person& person = people_[index];
  Event event;
  event.sequence = next_sequence_++;
  event.type = type;
  event.identifier = identifier.empty() ? person.numbers.back() : std::string(identifier);
  event.event_document = type == "personErOppdatert" ? std::string() : document_id();
  event.person_document = type == "personErOpphoertSomDublett" ? std::string() : person.document;
  event.recorded = now_text_;
  event.recorded_us = now_us_;
  events_.push_back(std::move(event));
}

std::string World::stamp(std::string_view kilde, std::string_view reason) {
  std::string text = R"({"ajourholdstidspunkt":")" + now_text_;
  text.append(R"(","erGjeldende":true,"kilde":")").append(kilde);
  text.append(R"(","aarsak":")").append(reason);
  return text.append(R"(","gyldighetstidspunkt":")" + date_text(now_us_) + "T00:00:00+01:00\"");
}

std::optional<std::size_t> World::somebody(const std::function<bool(const Person&)>& fits) {
  if (people_.empty()) return std::nullopt;
  for (int i = 0; i < tries_to_find; ++i) {
    const auto index =
        static_cast<std::size_t>(draw_.below(static_cast<std::uint32_t>(people_.size())));
    if (!people_[index].merged_into && fits(people_[index])) return index;
  }
  return std::nullopt;
}

bool World::happen(Happening what) {
  tick();
  switch (what) {
    case Happening::moved: return move();
    case Happening::renamed: return rename();
    case Happening::family_changed: return change("sivilstand", "endringISivilstand", "Vigsel");
    case Happening::grounds_changed:
      return change("identitetsgrunnlag", "endringIIdentitetsgrunnlag", "Kontroll");
    case Happening::contact_changed:
      return change("postadresse", "endringIKontaktinformasjon", "Adresseoppdatering");
    case Happening::born: return bear();
    case Happening::died: return die();
    case Happening::death_annulled: return annul_death(false);
    case Happening::death_corrected: return annul_death(true);
    case Happening::protected_fortrolig: return protect("fortrolig");
    case Happening::protected_strengt: return protect("strengtFortrolig");
    case Happening::protection_lifted: return lift();
    case Happening::got_number: return give_number();
    case Happening::merged: return merge();
    case Happening::parted: return part();
    case Happening::updated: return touch(true);
    case Happening::silently_changed: return touch(false);
  }
  return false;
}

const std::string* World::person(std::string_view identifier) const {
  const auto found = by_number_.find(std::string(identifier));
  if (found == by_number_.end()) return nullptr;
  std::size_t index = found->second;
  while (people_[index].merged_into) index = *people_[index].merged_into;
  return people_[index].json.get();
}

const std::string* World::version(std::string_view document) const {
  const auto found = versions_.find(std::string(document));
  return found == versions_.end() ? nullptr : found->second.get();
}

void World::for_each(const std::function<void(const std::string& json)>& callback) const {
  for (const Person& person : people_) {
    if (!person.merged_into) callback(*person.json);
  }
}

std::vector<std::string> World::newest_documents() const {
  std::vector<std::string> documents;
  for (const Person& person : people_) {
    if (!person.merged_into) documents.push_back(person.document);
  }
  return documents;
}

void World::tell(std::string_view type) {
  tick();
  if (const auto index = somebody([](const Person&) { return true; })) event(type, *index);
}

void World::tell_of_nobody() {
  tell("personErOppdatert");
  // A number that is still to be given out, or one that nobody can have.
  events_.back().identifier =
      unborn_.empty() ? std::string(11, '0') : member(unborn_.back(), "foedselsEllerDNummer");
}

void World::forget_document() {
  if (const auto index = somebody([](const Person&) { return true; })) {
    versions_.erase(people_[*index].document);
  }
}

void World::tell_again() {
  if (events_.empty()) return;
  Event again = events_.back();
  again.sequence = next_sequence_++;
  events_.push_back(std::move(again));
}

void World::respool() {
  next_sequence_ = 1;
  for (Event& event : events_) event.sequence = next_sequence_++;
}

} // namespace grunndata::simulate
