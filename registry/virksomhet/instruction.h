// What a human tells the registry to do with the structure: who, why, and how the same request is
// known again.
#pragma once

#include "registry/actor.h"
#include "registry/idempotency.h"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace grunndata::registry::virksomhet {

/// `T`: what comes of it.
template <typename T>
struct Instruction {
  Actor by;
  std::string reason; ///< 1 to 500 characters on one line, without what could be a person's number
  std::optional<IdempotencyKey> key;
  std::array<std::uint8_t, 16> request_hash{};
  std::function<KeptAnswer(const T&)> answer; ///< kept under `key`; called on the writer's thread
};

template <typename T>
struct CarriedOut {
  T what{};
  std::optional<KeptAnswer> replayed; ///< the request came before: its answer, `what` is empty
};

} // namespace grunndata::registry::virksomhet
