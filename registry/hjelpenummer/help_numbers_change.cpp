// What becomes of a number once it is issued.
#include "registry/hjelpenummer/blocks.h"
#include "registry/hjelpenummer/help_number_rules.h"
#include "registry/hjelpenummer/help_numbers_impl.h"
#include "registry/hjelpenummer/hiding.h"
#include "registry/hjelpenummer/write_person.h"
#include "registry/keys.h"
#include "registry/links/linked_numbers.h"
#include "registry/registry_impl.h"
#include "registry/work_queue.h"

namespace grunndata::registry::hjelpenummer {

namespace {

constexpr std::size_t elsewhere_per_commit = 10'000;

/// States in which something more can be told of who goes by the number.
bool takes_facts(const HelpNumber& number) noexcept {
  return !number.erased && (number.state == State::issued || number.state == State::linked ||
                            number.state == State::dead);
}

/// Others lead to who goes by the number: `conflict`.
Result<void> refuse_carried(const Transaction& transaction, const IdCipher& ids,
                            const HelpNumber& number) {
  const auto linked =
      number.entity ? links::linked_to(transaction, ids, *number.entity) : Result<links::Linked>();
  if (!linked) {
    return tl::unexpected(linked.error());
  }
  return linked->entities.empty()
             ? Result<void>{}
             : fail(ErrorCode::conflict,
                    "others are linked to who goes by the number; unlink them");
}

} // namespace

Result<HelpNumber> HelpNumbers::Impl::change(const IdentifierKey& identifier,
                                             const std::function<Result<bool>(HelpNumber&)>& change,
                                             bool forget) {
  HelpNumber result;
  const auto written = registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
    auto found = find_number(transaction, identifier);
    if (!found) {
      return tl::unexpected(found.error());
    }
    if (!*found) {
      return fail(ErrorCode::not_found, "there is no such hjelpenummer");
    }
    result = std::move(**found);
    const auto changed = change(result);
    if (!changed || !*changed) {
      return changed ? Result<void>{} : Result<void>(tl::unexpected(changed.error()));
    }
    if (auto alone = result.state == State::cancelled
                         ? refuse_carried(transaction, registry.ids(), result)
                         : Result<void>{};
        !alone) {
      return alone;
    }
    const auto hidden = result.entity ? hides(transaction, *result.entity) : Result<bool>(false);
    if (!hidden) {
      return tl::unexpected(hidden.error());
    }
    if (*hidden) { // also of what was told just now
      for (FactItem& item : result.items) {
        leave_places_out(item.facts, item.reason);
      }
    }
    result.changed = clock();
    put_record(transaction, result);
    if (auto forgotten = forget ? forget_reports(transaction, result) : Result<void>{};
        !forgotten) {
      return forgotten;
    }
    return result.entity
               ? write_person(transaction, registry.ids(), result,
                              EventType::updated_alternate_identification_number, false, forget)
               : Result<void>{};
  });
  if (!written) {
    return tl::unexpected(written.error());
  }
  return result;
}

Result<void> HelpNumbers::Impl::note_elsewhere(Transaction& transaction, const std::string& text,
                                               const Actor& by, ElsewhereFigures& figures) {
  auto found = find_number(transaction, IdentifierKey{IdentifierType::fhn, text, {}});
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (*found && ((*found)->state == State::elsewhere || (*found)->state == State::stopped)) {
    ++figures.known;
    return {};
  }
  HelpNumber number = *found ? std::move(**found) : HelpNumber{};
  number.changed = clock();
  if (!*found) {
    number.number = text;
    number.state = State::elsewhere;
    number.issued = number.changed;
    ++figures.added;
    put_record(transaction, number);
    return {};
  }
  ++figures.stopped;
  number.state = State::stopped;
  WorkItem item;
  item.kind = WorkKind::number_from_elsewhere;
  item.urgent = true;
  item.organisation = number.organisation;
  if (number.entity) {
    item.persons.push_back(*number.entity);
  }
  item.number_text = text;
  item.text = "another issuer has given out a number that was given out here";
  item.opened_by = by;
  item.opened = number.changed;
  if (const auto opened = open_work(transaction, std::move(item)); !opened) {
    return tl::unexpected(opened.error());
  }
  return put_number(transaction, registry.ids(), number,
                    EventType::updated_alternate_identification_number);
}
Result<HelpNumber> HelpNumbers::update(const IdentifierKey& number, FactItem item) {
  const Instant when = impl_->clock();
  if (auto sound = check_facts(item.facts, when); !sound) {
    return tl::unexpected(sound.error());
  }
  if (item.facts.empty()) {
    return fail(ErrorCode::invalid, "facts tell something");
  }
  item.told = when;
  return impl_->change(number, [&item](HelpNumber& found) -> Result<bool> {
    if (!takes_facts(found)) {
      return fail(ErrorCode::conflict,
                  "nothing can be told of a number that is " +
                      std::string(found.erased ? "erased" : name_of(found.state)));
    }
    found.items.push_back(std::move(item));
    return true;
  });
}

Result<HelpNumber> HelpNumbers::cancel(const IdentifierKey& number, CancelReason why, Actor by,
                                       std::string reason) {
  if (auto sound = check_reason(reason); !sound) {
    return tl::unexpected(sound.error());
  }
  return impl_->change(number, [&](HelpNumber& found) -> Result<bool> {
    if (found.state == State::cancelled && found.cancelled_for == why) {
      return false;
    }
    if (found.state != State::issued && found.state != State::reserved) {
      return fail(ErrorCode::conflict,
                  "a number that is " + std::string(name_of(found.state)) + " cannot be cancelled");
    }
    found.state = State::cancelled;
    found.cancelled_for = why;
    found.items.push_back({impl_->clock(), std::move(by), std::move(reason), {}});
    return true;
  });
}

Result<HelpNumber> HelpNumbers::mark_dead(const IdentifierKey& number, Actor by,
                                          std::string reason) {
  if (auto sound = check_reason(reason); !sound) {
    return tl::unexpected(sound.error());
  }
  return impl_->change(number, [&](HelpNumber& found) -> Result<bool> {
    if (found.state == State::dead) {
      return false;
    }
    if (found.state != State::issued) {
      return fail(ErrorCode::conflict, "only a number that is issued can belong to somebody who "
                                       "died without identity");
    }
    found.state = State::dead;
    found.items.push_back({impl_->clock(), std::move(by), std::move(reason), {}});
    return true;
  });
}

Result<HelpNumber> HelpNumbers::erase(const IdentifierKey& number, Actor by) {
  return impl_->change(
      number,
      [&](HelpNumber& found) -> Result<bool> {
        if (found.erased) {
          return false;
        }
        found.items.clear();
        found.items.push_back({impl_->clock(), std::move(by), {}, {}});
        found.reason.clear();
        found.newborn.reset();
        found.erased = true;
        return true;
      },
      true);
}

Result<ElsewhereFigures>
HelpNumbers::load_elsewhere(const std::function<std::optional<std::string>()>& next_line,
                            const Actor& by) {
  ElsewhereFigures figures;
  bool more = true;
  while (more) {
    std::vector<std::string> batch;
    while (more && batch.size() < elsewhere_per_commit) {
      auto line = next_line();
      more = line.has_value();
      if (!more) {
        break;
      }
      ++figures.read;
      if (is_fhn(*line)) {
        batch.push_back(std::move(*line));
      } else {
        ++figures.invalid;
      }
    }
    const auto written =
        impl_->registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
          for (const std::string& text : batch) {
            if (auto noted = impl_->note_elsewhere(transaction, text, by, figures); !noted) {
              return noted;
            }
          }
          return {};
        });
    if (!written) {
      return tl::unexpected(written.error());
    }
  }
  return figures;
}

} // namespace grunndata::registry::hjelpenummer
