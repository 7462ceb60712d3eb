// An instruction as one synced commit, and once for its key. For the files that implement them.
#pragma once

#include "registry/links/request.h"
#include "registry/registry_impl.h"
#include "registry/virksomhet/instruction.h"

#include <utility>

namespace grunndata::registry::virksomhet {

/// `work(transaction)` gives a `Result<T>`. Errors: its own, `invalid` (the reason), `conflict`
/// (the key came with another request), `storage`, `unavailable`.
template <typename T, typename Work>
[[nodiscard]] Result<CarriedOut<T>> carry_out(Registry& registry, const Instruction<T>& told,
                                              Work work) {
  if (auto sound = links::check_reason(told.reason); !sound) {
    return tl::unexpected(sound.error());
  }
  CarriedOut<T> done;
  const auto written = registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
    if (told.key) {
      auto kept = kept_answer(transaction, *told.key, told.request_hash);
      if (!kept) {
        return tl::unexpected(kept.error());
      }
      if (*kept) {
        done.replayed = std::move(**kept);
        return {};
      }
    }
    Result<T> what = work(transaction);
    if (!what) {
      return tl::unexpected(what.error());
    }
    if (told.key && told.answer) {
      keep_answer(transaction, *told.key, told.answer(*what));
    }
    done.what = std::move(*what);
    return {};
  });
  return written ? Result<CarriedOut<T>>(std::move(done))
                 : Result<CarriedOut<T>>(tl::unexpected(written.error()));
}

} // namespace grunndata::registry::virksomhet
