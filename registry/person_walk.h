// Every person, one after the other, as they are at the moment: for those who take a whole copy.
#pragma once

#include "registry/entity_id.h"
#include "registry/error.h"
#include "registry/reading.h"

#include <functional>
#include <optional>

namespace grunndata::registry {

class Registry;

/// Goes through all persons in the order of their inside ids, which is that in which the registry
/// first met them, and stays so. It walks in steps and holds nothing between them: each step sees
/// everything that was committed before it began, protection above all, and no state of the store
/// is kept for a reader who takes hours. Somebody who comes in meanwhile comes last.
///
/// One thread at a time. The registry must outlive it.
class PersonWalk {
public:
  /// From `from` on, up to but not with `to`; neither needs to be somebody.
  explicit PersonWalk(const Registry& registry, EntityId from = {},
                      std::optional<EntityId> to = {}) noexcept
      : registry_(registry), next_(from), to_(to) {}

  /// Gets the person, pinned until it returns. False: enough for this step.
  using Use = std::function<Result<bool>(Reading&)>;
  /// Gives `use` the next persons until it has enough. Also those who were merged or linked away,
  /// and hjelpenumre that were cancelled: see `DocumentHeader`. False: there are no more persons.
  /// Errors: those of `use`, whose person comes again in the next step; `corrupt`, `storage`.
  [[nodiscard]] Result<bool> step(const Use& use);

private:
  const Registry& registry_;
  EntityId next_;
  std::optional<EntityId> to_;
};

} // namespace grunndata::registry
