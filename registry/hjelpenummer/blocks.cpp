// Reserving blocks, reading them, and burning what is left of the expired ones.
#include "registry/hjelpenummer/blocks.h"

#include "registry/clients/plain_text.h"
#include "registry/hjelpenummer/block_store.h"
#include "registry/hjelpenummer/help_number_rules.h"
#include "registry/keys.h"
#include "registry/registry_impl.h"

#include <future>

namespace grunndata::registry::hjelpenummer {

namespace {

using store::Family;

constexpr int retries_max = 1'000;

/// One request, until its commit was written.
struct Reservation {
  Registry& registry;
  HelpNumbers& numbers;
  const BlocksOptions& options;
  BlockRequest request;
  BlockOutcome outcome;
  bool again = false; ///< its numbers need a lease that is being written
  bool took = false;
  int tries = 0;
  std::promise<Result<BlockOutcome>> done;
};

Result<std::uint64_t> next_number(const Transaction& transaction) {
  store::Pinned pin;
  const auto newest = transaction.get(Family::meta, meta::block_newest, pin);
  if (!newest) {
    return tl::unexpected(newest.error());
  }
  if (*newest && (*newest)->size() != sizeof(std::uint64_t)) {
    return fail(ErrorCode::corrupt, "the number of the newest block is damaged");
  }
  return *newest ? number_of_key(**newest) + 1 : 1;
}

Result<void> check(const BlockRequest& request, Instant when) {
  if (auto sound = check_organisation(request.organisation); !sound) {
    return sound;
  }
  if (request.label.empty() || !is_plain_text(request.label) ||
      characters_of(request.label) > block_label_characters_max ||
      holds_number_form(request.label)) {
    return fail(ErrorCode::invalid,
                "label is 1 to 100 characters on one line, without a number like a person's");
  }
  if (request.count == 0 || request.count > block_count_max) {
    return fail(ErrorCode::invalid, "count is 1 to 500");
  }
  const std::int64_t latest =
      when.microseconds + std::chrono::microseconds(block_lasts_max).count();
  if (request.expires <= when || request.expires.microseconds > latest) {
    return fail(ErrorCode::invalid, "expires is later than now, by at most 366 days");
  }
  return {};
}

/// What can fail comes before numbers are taken: those of a work that fails are lost.
Result<void> work(Transaction& transaction, Reservation& reservation) {
  const BlockRequest& request = reservation.request;
  reservation.outcome = {};
  reservation.again = false;
  reservation.took = false;
  if (request.key) {
    auto kept = kept_answer(transaction, *request.key, request.request_hash);
    if (!kept) {
      return tl::unexpected(kept.error());
    }
    if (*kept) {
      reservation.outcome.replayed = std::move(**kept);
      return {};
    }
  }
  if (request.admit) {
    if (auto admitted = request.admit(); !admitted) {
      return admitted;
    }
  }
  const auto number = next_number(transaction);
  if (!number) {
    return tl::unexpected(number.error());
  }
  Block& block = reservation.outcome.block;
  block.number = *number;
  block.organisation = request.organisation;
  block.label = request.label;
  block.reserved = reservation.options.clock();
  block.expires = request.expires;
  block.by = request.by;
  HelpNumber like;
  like.organisation = block.organisation;
  like.issued_by = block.by;
  like.issued = block.reserved;
  like.changed = block.reserved;
  like.reason = block.label;
  like.block = block.number;
  const auto taken =
      reservation.numbers.reserve(transaction, like, request.count, reservation.again);
  if (!taken) {
    return tl::unexpected(taken.error());
  }
  reservation.took = true;
  for (const HelpNumber& one : *taken) {
    block.numbers.push_back(one.number);
  }
  if (reservation.options.sign) {
    block.signature = reservation.options.sign(block_list(block)).value_or(std::string());
  }
  transaction.put(Family::meta, std::string(meta::block_newest), key_of_number(block.number));
  put_block(transaction, block);
  if (request.key && request.answer) {
    keep_answer(transaction, *request.key, request.answer(block));
  }
  return {};
}

void submit(const std::shared_ptr<Reservation>& reservation);

/// The directory's record of the lease first, and nothing else; then the work anew.
void submit_behind_lease(const std::shared_ptr<Reservation>& reservation) {
  reservation->registry.impl().queue->submit(
      [reservation](Transaction& transaction) -> Result<void> {
        reservation->numbers.record_lease(transaction);
        return {};
      },
      [reservation](Result<void> recorded) {
        if (!recorded) {
          reservation->done.set_value(tl::unexpected(recorded.error()));
          return;
        }
        reservation->numbers.reservation_written();
        submit(reservation);
      });
}

void submit(const std::shared_ptr<Reservation>& reservation) {
  reservation->registry.impl().queue->submit(
      [reservation](Transaction& transaction) { return work(transaction, *reservation); },
      [reservation](Result<void> written) {
        if (!written && reservation->again && ++reservation->tries < retries_max) {
          submit_behind_lease(reservation);
        } else if (!written) {
          reservation->done.set_value(tl::unexpected(written.error()));
        } else {
          if (reservation->took) {
            reservation->numbers.reservation_written();
          }
          reservation->done.set_value(std::move(reservation->outcome));
        }
      });
}

/// Burns the unused numbers of a block; how many.
Result<std::size_t> burn(Transaction& transaction, const Registry& registry, std::uint64_t number,
                         Instant when) {
  auto block = find_block(transaction, number);
  if (!block || block->burnt) {
    return block ? Result<std::size_t>(std::size_t{0}) : tl::unexpected(block.error());
  }
  std::size_t burnt = 0;
  for (const std::string& text : block->numbers) {
    auto found = find_number(transaction, fhn_of(text));
    if (!found) {
      return tl::unexpected(found.error());
    }
    if (*found && (*found)->state == State::reserved) {
      (*found)->state = State::burnt;
      (*found)->changed = when;
      if (auto put = put_number(transaction, registry.ids(), **found,
                                EventType::updated_alternate_identification_number);
          !put) {
        return tl::unexpected(put.error());
      }
      ++burnt;
    }
  }
  block->burnt = when;
  put_block(transaction, *block);
  return burnt;
}

/// Blocks from `from` on, until `each` returns false.
Result<void> walk(const Registry& registry, std::uint64_t from,
                  const std::function<bool(Block&)>& each) {
  const auto cursor = registry.impl().store->scan(Family::block, nullptr);
  for (cursor->seek(key_of_number(from)); cursor->valid(); cursor->next()) {
    if (!is_block_key(cursor->key())) {
      return {}; // reports stand behind all blocks
    }
    auto block = read_block(number_of_key(cursor->key()), cursor->value());
    if (!block) {
      return fail(ErrorCode::corrupt, "a block of hjelpenumre cannot be read");
    }
    if (!each(*block)) {
      return {};
    }
  }
  return cursor->status();
}

} // namespace

Blocks::Blocks(Registry& registry, HelpNumbers& numbers, BlocksOptions options)
    : registry_(registry), numbers_(numbers), options_(std::move(options)) {
  if (!options_.clock) {
    options_.clock = now;
  }
}

Result<BlockOutcome> Blocks::reserve(BlockRequest request) {
  if (auto sound = check(request, options_.clock()); !sound) {
    return tl::unexpected(sound.error());
  }
  const auto reservation = std::shared_ptr<Reservation>(
      new Reservation{registry_, numbers_, options_, std::move(request), {}, false, false, 0, {}});
  auto outcome = reservation->done.get_future();
  submit(reservation);
  return outcome.get();
}

Result<Block> Blocks::show(std::uint64_t number) const {
  store::Pinned pin;
  const auto found =
      registry_.impl().store->get(Family::block, key_of_number(number), pin, nullptr);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return fail(ErrorCode::not_found, "there is no such block");
  }
  auto block = read_block(number, pin.view());
  return block ? Result<Block>(std::move(*block))
               : fail(ErrorCode::corrupt, "a block of hjelpenumre cannot be read");
}

Result<std::vector<Block>> Blocks::list(std::string_view organisation, std::uint64_t from,
                                        std::size_t limit) const {
  std::vector<Block> blocks;
  if (limit == 0) {
    return blocks;
  }
  const auto walked = walk(registry_, from, [&](Block& block) {
    if (organisation.empty() || block.organisation == organisation) {
      blocks.push_back(std::move(block));
    }
    return blocks.size() < limit;
  });
  return walked ? Result<std::vector<Block>>(std::move(blocks)) : tl::unexpected(walked.error());
}

Result<BlockFigures> Blocks::figures(const Block& block) const {
  BlockFigures figures;
  for (const std::string& text : block.numbers) {
    const auto number = numbers_.show(fhn_of(text));
    if (!number) {
      return number.error().code == ErrorCode::not_found
                 ? fail(ErrorCode::corrupt, "a number of a block is missing")
                 : tl::unexpected(number.error());
    }
    switch (number->state) {
      case State::reserved: ++figures.unused; break;
      case State::burnt: ++figures.burnt; break;
      case State::cancelled: ++figures.cancelled; break;
      default: ++figures.used; break;
    }
  }
  return figures;
}

Result<std::size_t> Blocks::expire(Instant when) {
  std::vector<std::uint64_t> expired;
  const auto walked = walk(registry_, 0, [&](const Block& block) {
    if (!block.burnt && block.expires < when) {
      expired.push_back(block.number);
    }
    return true;
  });
  if (!walked) {
    return tl::unexpected(walked.error());
  }
  std::size_t total = 0;
  for (const std::uint64_t number : expired) {
    std::size_t burnt = 0;
    const auto written = registry_.impl().queue->run([&](Transaction& transaction) -> Result<void> {
      const auto done = burn(transaction, registry_, number, options_.clock());
      burnt = done.value_or(0);
      return done ? Result<void>{} : tl::unexpected(done.error());
    });
    if (!written) {
      return tl::unexpected(written.error());
    }
    total += burnt;
  }
  return total;
}

} // namespace grunndata::registry::hjelpenummer
