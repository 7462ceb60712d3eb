// Issuing, local numbers, and reading what there is.
#include "registry/hjelpenummer/help_number_rules.h"
#include "registry/hjelpenummer/help_numbers_impl.h"
#include "registry/hjelpenummer/write_person.h"
#include "registry/keys.h"
#include "registry/registry_impl.h"

#include <future>
#include <map>

namespace grunndata::registry::hjelpenummer {

namespace {

using store::Family;

constexpr int retries_max = 1'000;

HelpNumber made_of(const IssueRequest& request, std::size_t place, Instant when) {
  HelpNumber number;
  number.state = State::issued;
  number.organisation = request.organisation;
  number.issued_by = request.by;
  number.issued = when;
  number.changed = when;
  number.reason = request.reason;
  if (!request.newborns.empty()) {
    number.newborn = request.newborns[place];
  }
  if (!request.facts[place].empty()) {
    number.items.push_back({when, request.by, {}, request.facts[place]});
  }
  return number;
}

void count(OrganisationFigures& figures, const HelpNumber& number) {
  figures.issued += number.state != State::reserved && number.state != State::burnt ? 1 : 0;
  figures.linked += number.state == State::linked ? 1 : 0;
  figures.cancelled += number.state == State::cancelled ? 1 : 0;
  figures.outstanding += number.state == State::issued ? 1 : 0;
  figures.reserved += number.state == State::reserved ? 1 : 0;
  figures.burnt += number.state == State::burnt ? 1 : 0;
}

} // namespace

Result<HelpNumber> read_record(std::string_view value) {
  auto number = read_help_number(value);
  return number ? Result<HelpNumber>(std::move(*number))
                : fail(ErrorCode::corrupt, "a hjelpenummer cannot be read");
}

void put_record(Transaction& transaction, const HelpNumber& number) {
  const std::string key = help_number_key(number.identifier());
  transaction.put(Family::hjelpenummer, key, write_help_number(number));
  if (number.entity) {
    transaction.put(Family::hjelpenummer, help_number_key(*number.entity), key);
  }
}

Result<std::optional<HelpNumber>> find_number(const Transaction& transaction,
                                              const IdentifierKey& number) {
  store::Pinned pin;
  const auto value = transaction.get(Family::hjelpenummer, help_number_key(number), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value) {
    return std::nullopt;
  }
  auto record = read_record(**value);
  if (!record) {
    return tl::unexpected(record.error());
  }
  return std::optional(std::move(*record));
}

Result<std::optional<HelpNumber>> find_number(const Transaction& transaction,
                                              const EntityId& entity) {
  store::Pinned pin;
  const auto key = transaction.get(Family::hjelpenummer, help_number_key(entity), pin);
  if (!key) {
    return tl::unexpected(key.error());
  }
  if (!*key) {
    return std::nullopt;
  }
  store::Pinned record_pin;
  const auto value = transaction.get(Family::hjelpenummer, std::string(**key), record_pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value) {
    return fail(ErrorCode::corrupt, "a hjelpenummer is missing");
  }
  auto record = read_record(**value);
  if (!record) {
    return tl::unexpected(record.error());
  }
  return std::optional(std::move(*record));
}

Result<void> put_number(Transaction& transaction, const IdCipher& ids, const HelpNumber& number,
                        EventType type) {
  put_record(transaction, number);
  return number.entity ? write_person(transaction, ids, number, type, false) : Result<void>{};
}

void HelpNumbers::Impl::submit(const std::shared_ptr<Issue>& issue) {
  registry.impl().queue->submit(
      [this, issue](Transaction& transaction) { return work(transaction, *issue); },
      [this, issue](Result<void> written) { finish(issue, std::move(written)); });
}

void HelpNumbers::Impl::finish(const std::shared_ptr<Issue>& issue, Result<void> written) {
  if (!written && issue->again && ++issue->tries < retries_max) {
    registry.impl().queue->submit(
        [this](Transaction& transaction) -> Result<void> {
          dispenser.record(transaction);
          return {};
        },
        [this, issue](Result<void> recorded) {
          if (!recorded) {
            issue->done(tl::unexpected(recorded.error()));
            return;
          }
          dispenser.written();
          submit(issue);
        });
    return;
  }
  if (!written) {
    issue->done(tl::unexpected(written.error()));
    return;
  }
  if (issue->took) {
    dispenser.written();
  }
  issue->done(std::move(issue->outcome));
}

Result<void> HelpNumbers::Impl::work(Transaction& transaction, Issue& issue) {
  issue.outcome = {};
  issue.again = false;
  issue.took = false;
  const IssueRequest& request = issue.request;
  if (request.key) {
    auto kept = kept_answer(transaction, *request.key, request.request_hash);
    if (!kept) {
      return tl::unexpected(kept.error());
    }
    if (*kept) {
      issue.outcome.replayed = std::move(**kept);
      return {};
    }
  }
  if (request.admit) {
    if (auto admitted = request.admit(); !admitted) {
      return admitted;
    }
  }
  const auto texts = dispenser.take(transaction, request.facts.size(), issue.again);
  if (!texts) {
    return tl::unexpected(texts.error());
  }
  issue.took = true;
  const Instant when = clock();
  for (std::size_t i = 0; i < texts->size(); ++i) {
    HelpNumber number = made_of(request, i, when);
    number.number = (*texts)[i];
    if (auto made = make_person(transaction, number); !made) {
      return made;
    }
    issue.outcome.numbers.push_back(std::move(number));
  }
  if (request.key && request.answer) {
    keep_answer(transaction, *request.key, request.answer(issue.outcome.numbers));
  }
  return {};
}

Result<void> HelpNumbers::Impl::make_person(Transaction& transaction, HelpNumber& number) {
  number.entity = transaction.new_entity();
  put_record(transaction, number);
  return write_person(transaction, registry.ids(), number,
                      EventType::created_alternate_identification_number, true);
}

Result<HelpNumber> HelpNumbers::Impl::read(const std::string& key) const {
  store::Pinned pin;
  const auto found = registry.impl().store->get(Family::hjelpenummer, key, pin, nullptr);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (key.empty() || !*found) {
    return fail(ErrorCode::not_found, "there is no such hjelpenummer");
  }
  return read_record(pin.view());
}

Result<void>
HelpNumbers::Impl::walk(std::string_view after,
                        const std::function<bool(const std::string&, HelpNumber&)>& each) const {
  const auto cursor = registry.impl().store->scan(Family::hjelpenummer, nullptr);
  for (cursor->seek(after); cursor->valid(); cursor->next()) {
    if (!is_help_number_key(cursor->key()) || cursor->key() == after) {
      continue;
    }
    auto number = read_record(cursor->value());
    if (!number) {
      return tl::unexpected(number.error());
    }
    if (!each(std::string(cursor->key()), *number)) {
      return {};
    }
  }
  return cursor->status();
}

HelpNumbers::HelpNumbers(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
HelpNumbers::~HelpNumbers() = default;

Result<std::unique_ptr<HelpNumbers>> HelpNumbers::open(Registry& registry,
                                                       HelpNumbersOptions options) {
  auto impl = std::make_unique<Impl>(registry, std::move(options));
  if (auto opened = impl->dispenser.open(); !opened) {
    return tl::unexpected(opened.error());
  }
  return std::unique_ptr<HelpNumbers>(new HelpNumbers(std::move(impl)));
}

Result<void> HelpNumbers::delegate(PrefixRange range) { return impl_->dispenser.delegate(range); }
Closed HelpNumbers::closed() const { return impl_->dispenser.closed(); }
SpaceFigures HelpNumbers::space() const { return impl_->dispenser.space(); }

void HelpNumbers::issue(IssueRequest request, std::function<void(Result<IssueOutcome>)> done) {
  if (auto sound = check_issue(request, impl_->clock()); !sound) {
    done(tl::unexpected(sound.error()));
    return;
  }
  auto issue = std::make_shared<Impl::Issue>();
  issue->request = std::move(request);
  issue->done = std::move(done);
  impl_->submit(issue);
}

Result<IssueOutcome> HelpNumbers::issue(IssueRequest request) {
  std::promise<Result<IssueOutcome>> promise;
  auto outcome = promise.get_future();
  issue(std::move(request),
        [&promise](Result<IssueOutcome> issued) { promise.set_value(std::move(issued)); });
  return outcome.get();
}

Result<std::vector<HelpNumber>> HelpNumbers::reserve(Transaction& transaction,
                                                     const HelpNumber& like, std::size_t count,
                                                     bool& again) {
  const auto texts = impl_->dispenser.take(transaction, count, again);
  if (!texts) {
    return tl::unexpected(texts.error());
  }
  std::vector<HelpNumber> numbers;
  for (const std::string& text : *texts) {
    HelpNumber& number = numbers.emplace_back(like);
    number.number = text;
    number.state = State::reserved;
    number.entity.reset();
    put_record(transaction, number);
  }
  return numbers;
}

void HelpNumbers::record_lease(Transaction& transaction) { impl_->dispenser.record(transaction); }

void HelpNumbers::reservation_written() noexcept { impl_->dispenser.written(); }

Result<HelpNumber> HelpNumbers::take_into_use(Transaction& transaction, HelpNumber number,
                                              FactItem item) {
  number.state = State::issued;
  number.changed = item.told;
  if (!item.facts.empty()) {
    number.items.push_back(std::move(item));
  }
  if (auto made = impl_->make_person(transaction, number); !made) {
    return tl::unexpected(made.error());
  }
  return number;
}

Result<HelpNumber> HelpNumbers::register_local(HelpNumber like) {
  const Instant when = impl_->clock();
  if (auto sound = check_local(like, when); !sound) {
    return tl::unexpected(sound.error());
  }
  like.state = State::issued;
  like.issued = when;
  like.changed = when;
  like.entity.reset();
  const auto written =
      impl_->registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
        const auto found = find_number(transaction, like.identifier());
        if (!found) {
          return tl::unexpected(found.error());
        }
        if (*found) {
          return fail(ErrorCode::conflict, "the number of that assigner is registered already");
        }
        return impl_->make_person(transaction, like);
      });
  if (!written) {
    return tl::unexpected(written.error());
  }
  return like;
}

Result<HelpNumber> HelpNumbers::show(const IdentifierKey& number) const {
  return impl_->read(help_number_key(number));
}

Result<HelpNumber> HelpNumbers::of(const EntityId& entity) const {
  store::Pinned pin;
  const auto key = impl_->registry.impl().store->get(Family::hjelpenummer, help_number_key(entity),
                                                     pin, nullptr);
  if (!key) {
    return tl::unexpected(key.error());
  }
  return impl_->read(*key ? std::string(pin.view()) : std::string());
}

Result<std::vector<HelpNumber>> HelpNumbers::outstanding(std::string_view organisation,
                                                         Instant before, std::string_view after,
                                                         std::size_t limit) const {
  std::vector<HelpNumber> found;
  const auto walked = impl_->walk(after, [&](const std::string&, HelpNumber& number) {
    if (number.state == State::issued && number.issued < before &&
        (organisation.empty() || number.organisation == organisation)) {
      found.push_back(std::move(number));
    }
    return found.size() < limit;
  });
  if (!walked) {
    return tl::unexpected(walked.error());
  }
  return found;
}

Result<std::vector<OrganisationFigures>> HelpNumbers::figures() const {
  std::map<std::string, OrganisationFigures, std::less<>> by_organisation;
  const auto walked = impl_->walk({}, [&](const std::string&, HelpNumber& number) {
    if (number.state != State::elsewhere) {
      count(by_organisation[number.organisation], number);
    }
    return true;
  });
  if (!walked) {
    return tl::unexpected(walked.error());
  }
  std::vector<OrganisationFigures> figures;
  for (auto& [organisation, one] : by_organisation) {
    one.organisation = organisation;
    figures.push_back(std::move(one));
  }
  return figures;
}

} // namespace grunndata::registry::hjelpenummer
