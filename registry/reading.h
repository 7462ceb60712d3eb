// One entity pinned in the store's memory while an answer is written.
#pragma once

#include "registry/access.h"
#include "registry/entity_id.h"
#include "registry/store/store.h"

#include <cstdint>
#include <string_view>

namespace grunndata::registry {

/// Reusable: keep one per thread and pass it to `Registry::lookup` or `get` again and again.
/// Views into it live until its next use or its destruction. Not thread-safe.
class Reading {
public:
  [[nodiscard]] const EntityId& entity() const noexcept { return entity_; }
  /// Whose number or id led here: another than `entity` when that one carries them on.
  [[nodiscard]] const EntityId& asked() const noexcept { return asked_; }
  /// The finished outside id, as stored.
  [[nodiscard]] std::string_view external_id() const noexcept;
  [[nodiscard]] Grading protection() const noexcept;

  // For `registry` itself.
  [[nodiscard]] std::string_view current() const noexcept { return current_.view(); }
  [[nodiscard]] std::string_view past() const noexcept { return past_.view(); }
  [[nodiscard]] bool past_loaded() const noexcept { return past_loaded_; }
  /// Since a restore: what locates a person is shown to nobody.
  [[nodiscard]] bool places_withheld() const noexcept { return places_withheld_; }

private:
  friend class Registry;
  friend class PersonWalk;
  EntityId entity_{};
  EntityId asked_{};
  store::Pinned current_;
  store::Pinned past_;
  store::Pinned index_;
  bool past_loaded_ = false;
  bool places_withheld_ = false;
  std::uint64_t version_ = 1; ///< of the commits when `current_` was read; odd: during one
};

} // namespace grunndata::registry
