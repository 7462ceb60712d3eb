// How a person is protected, and what that comes from.
#pragma once

#include "registry/document.h"

#include <algorithm>

namespace grunndata::registry {

/// What holds for a person is the strictest of what follows; the View reads nothing else. Kept
/// apart, because each ends in another way:
/// - `own`: the newest record of the source says it, and a newer one takes it back.
/// - `linked`: somebody merged or linked with the person was protected so. It stays after the two
///   are parted, until the person's own record has said as much (the source has then taken it over)
///   or a human decides (`release_protection`).
/// - `withheld`: the purge register knows of a purge that this directory has not seen (a restored
///   copy), until a record is read that is no older than the purge.
/// Beside that, `relative_hides`: somebody whose home the person's shared residences may be is
/// confidential or stricter. Callers without legal basis then see none of these; nothing else is
/// withheld for it (purge/shared_homes.h).
struct Protection {
  Grading own = Grading::unclassified;
  Grading linked = Grading::unclassified;
  bool withheld = false;
  bool relative_hides = false;

  [[nodiscard]] Grading holds() const noexcept {
    return withheld ? Grading::strictly_confidential : std::max(own, linked);
  }

  /// Documents written before the parts were kept apart say only what holds: it is their own.
  [[nodiscard]] static Protection of(const DocumentHeader& header) noexcept {
    Protection protection;
    protection.linked = static_cast<Grading>(header.protection_from & linked_bits);
    protection.withheld = (header.protection_from & withheld_bit) != 0;
    protection.relative_hides = (header.protection_from & relative_hides_bit) != 0;
    protection.own = (header.protection_from & kept_apart_bit) != 0
                         ? static_cast<Grading>((header.protection_from & own_bits) >> own_shift)
                         : static_cast<Grading>(header.protection);
    return protection;
  }
  void write_to(DocumentHeader& header) const noexcept {
    header.protection = static_cast<std::uint8_t>(holds());
    header.protection_from = relative_hides ? relative_hides_bit : 0;
    if (linked != Grading::unclassified || withheld) {
      header.protection_from = static_cast<std::uint8_t>(
          header.protection_from | kept_apart_bit | static_cast<unsigned>(linked) |
          (withheld ? withheld_bit : 0U) | static_cast<unsigned>(own) << own_shift);
    }
  }

private:
  static constexpr unsigned linked_bits = 0x03;
  static constexpr unsigned withheld_bit = 0x04;
  static constexpr unsigned kept_apart_bit = 0x08;
  static constexpr unsigned own_bits = 0x30;
  static constexpr unsigned own_shift = 4;
  static constexpr unsigned relative_hides_bit = 0x40;
};

class Registry;
class Transaction;

/// A human decides that a protection which came from a merge or link (`Protection::linked`) ends:
/// what the person's own record says holds from now on. Nothing purged comes back. An event tells
/// of it. Errors: `not_found` (no such outside id), `conflict` (no such protection), `corrupt`,
/// `storage`, `unavailable`.
[[nodiscard]] Result<void> release_protection(Registry& registry, std::string_view external_id);
/// The same inside a commit.
[[nodiscard]] Result<void> release_protection(Transaction& transaction, const EntityId& id);

} // namespace grunndata::registry
