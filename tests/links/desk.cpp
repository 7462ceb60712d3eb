#include "tests/links/desk.h"

#include "registry/registry_impl.h"

#include <algorithm>

namespace grunndata::registry::stories {

namespace {
constexpr hjelpenummer::PrefixRange demo_range{.first = 830'000'000, .last = 830'099'999};
constexpr std::string_view hospital = "974760673";
} // namespace

Actor actor(const std::string& name) {
  Actor somebody;
  somebody.issuer = "test";
  somebody.client_id = "kontor";
  somebody.organisation = hospital;
  somebody.user_key = "key of " + name;
  somebody.user_name = name;
  return somebody;
}

Result<void> in_commit(Registry& registry, const std::function<Result<void>(Transaction&)>& work) {
  return registry.impl().queue->run(work);
}

IdentifierKey fhn(const std::string& number) { return {IdentifierType::fhn, number, {}}; }

Desk::Desk(Town& town) : town_(town) {
  std::filesystem::create_directories(folder_.path());
  REQUIRE(numbers()->delegate(demo_range).has_value());
}

std::unique_ptr<hjelpenummer::HelpNumbers> Desk::numbers() {
  auto opened = hjelpenummer::HelpNumbers::open(
      town_.registry(), {.mark_file = folder_.path() / "mark", .clock = {}});
  REQUIRE(opened.has_value());
  return std::move(*opened);
}

std::string Desk::issue(const std::string& family_name, const hjelpenummer::Facts& facts) {
  hjelpenummer::IssueRequest request;
  request.by = actor("Ingrid");
  request.organisation = hospital;
  request.reason = "ukjent i akuttmottaket";
  request.facts = {facts};
  request.facts[0].family_name = family_name;
  auto issued = numbers()->issue(std::move(request));
  if (!issued) FAIL(issued.error().message);
  return issued->numbers.at(0).number;
}

Result<LinkOutcome> Desk::try_link(const IdentifierKey& loser, const IdentifierKey& survivor,
                                   const Manner& manner) {
  LinkRequest request;
  request.loser = loser;
  request.survivor = survivor;
  request.by = actor(manner.by);
  if (!manner.is_own_number) request.owns = [](const std::string&) { return false; };
  request.reason = "samme menneske";
  return links().link(std::move(request));
}

Link Desk::link(const IdentifierKey& loser, const IdentifierKey& survivor, const Manner& manner) {
  auto outcome = try_link(loser, survivor, manner);
  if (!outcome) FAIL(outcome.error().message);
  REQUIRE(outcome->link.state == LinkState::live);
  return outcome->link;
}

Link Desk::propose(const IdentifierKey& loser, const IdentifierKey& survivor,
                   const Manner& manner) {
  auto outcome = try_link(loser, survivor, manner);
  if (!outcome) FAIL(outcome.error().message);
  REQUIRE(outcome->link.state == LinkState::proposed);
  return outcome->link;
}

std::string Desk::refusal(const IdentifierKey& loser, const IdentifierKey& survivor,
                          const Manner& manner) {
  const auto outcome = try_link(loser, survivor, manner);
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().code == ErrorCode::conflict);
  return outcome.error().message.substr(0, outcome.error().message.find(':'));
}

Link Desk::undo(const Link& link) {
  auto undone = links().undo(link.number, actor("Ulla"), "likevel to mennesker");
  if (!undone) FAIL(undone.error().message);
  REQUIRE(undone->state == LinkState::undone);
  return *undone;
}

hjelpenummer::HelpNumber Desk::record_of(const std::string& number) {
  auto shown = numbers()->show(fhn(number));
  REQUIRE(shown.has_value());
  return *shown;
}

bool Desk::try_cancel(const std::string& number) {
  return numbers()
      ->cancel(fhn(number), hjelpenummer::CancelReason::issued_by_mistake, actor("Ingrid"), "feil")
      .has_value();
}

void Desk::cancel(const std::string& number) { REQUIRE(try_cancel(number)); }

bool Desk::try_tell(const std::string& number, const std::string& family_name) {
  hjelpenummer::FactItem item;
  item.by = actor("Ingrid");
  item.facts.family_name = family_name;
  return numbers()->update(fhn(number), std::move(item)).has_value();
}

void Desk::mark_dead(const std::string& number) {
  REQUIRE(numbers()->mark_dead(fhn(number), actor("Ingrid"), "funnet omkommet").has_value());
}

std::vector<WorkItem> Desk::work(WorkKind kind) {
  WorkFilter filter;
  filter.kind = kind;
  auto items = work_items(town_.registry(), filter, 0, 1000);
  REQUIRE(items.has_value());
  return *items;
}

Texts Desk::ceased(const IdentifierKey& key, Ask ask) {
  ask.history = true;
  const std::string view = town_.view(key, ask);
  Texts numbers;
  const std::string opening = R"("status":"Discontinued","identificationNumber":")";
  for (auto at = view.find(opening); at != std::string::npos; at = view.find(opening, at + 1)) {
    const auto begin = at + opening.size();
    numbers.push_back(view.substr(begin, view.find('"', begin) - begin));
  }
  std::ranges::sort(numbers);
  return numbers;
}

Texts Desk::name(const IdentifierKey& key, const Ask& ask) {
  const std::string view = town_.view(key, ask);
  Texts names = values_of(view, "lastName");
  std::ranges::move(values_of(view, "familyName"), std::back_inserter(names));
  return names;
}

std::string Desk::id(const IdentifierKey& key, std::optional<std::uint64_t> recorded) {
  const auto match = town_.match(key, recorded);
  if (!match) FAIL(match.error().message);
  return std::string(view_of(town_.registry().ids().seal(match->entity)));
}

} // namespace grunndata::registry::stories
