// Carrying out what the purge register knows and a data directory does not: it is an older copy.
#pragma once

#include "registry/registry.h"

#include <filesystem>

namespace grunndata::registry::purge {

struct RegisterOptions {
  std::filesystem::path file;
  /// Go on although the directory knows of purges that the register lacks; it is begun anew there.
  /// Persons purged after the directory was copied are then shown as the copy has them.
  bool accept_missing = false;
};

/// `directory` with `.purges` behind its name: beside it, not in it.
[[nodiscard]] std::filesystem::path default_register(const std::filesystem::path& directory);

/// Opens the register and purges again whoever it names beyond what the directory has carried out,
/// before anybody reads: strictly protected until a record is read that is no older than the purge,
/// places forgotten as `forgetting.h` says, the current post address with the rest. Persons that
/// the copy has under another entity are found by their identifiers; those it does not have yet are
/// remembered, so that older records do not bring them back (`Ledger::void_until`). Nodes of the
/// enterprise structure that were removed by law are removed again in the same way. To be called
/// once, on a registry that nobody uses yet.
///
/// A register of another directory is put aside (`.other` behind its name) when this directory has
/// never purged: it is new.
/// Errors: `conflict` when the register is missing, of another directory, or lacks purges that the
/// directory knows, and that is not accepted; those of `Register::open`; `corrupt`, `storage`.
[[nodiscard]] Result<void> attach_register(Registry& registry, const RegisterOptions& options);

} // namespace grunndata::registry::purge
