#include "registry/backup/restored_issuing.h"

#include "registry/audit/tree/file.h"
#include "registry/hjelpenummer/mark_file.h"
#include "registry/registry_impl.h"

#include <algorithm>
#include <optional>
#include <string>

#include <openssl/crypto.h>

namespace grunndata::registry::backup {

namespace {

using hjelpenummer::InstallationId;
using hjelpenummer::IssuingMark;

Error mark_fault(const Error& why) {
  return {ErrorCode::conflict,
          why.message + ". Without the issuing mark hjelpenumre could be issued twice. Put it back "
                        "where it was, and no older copy of it; when it is lost, --accept-missing "
                        "goes on, and nothing is issued from its ranges any more"};
}

/// Which installation the file says it is of; nothing where there is no file.
Result<std::optional<InstallationId>> installation_of(const std::filesystem::path& mark_file) {
  auto bytes = audit::read_file(mark_file, hjelpenummer::mark_file_bytes_max + 1);
  if (!bytes && bytes.error().code == ErrorCode::not_found) {
    return std::nullopt;
  }
  if (!bytes) {
    return tl::unexpected(bytes.error().code == ErrorCode::storage ? bytes.error()
                                                                   : mark_fault(bytes.error()));
  }
  const auto content = hjelpenummer::read_mark(*bytes, mark_file);
  OPENSSL_cleanse(bytes->data(), bytes->size()); // the key is in it
  return content ? Result<std::optional<InstallationId>>(content->installation)
                 : tl::unexpected(mark_fault(content.error()));
}

/// The directory's own; else, for one of before the first delegation, the file's.
Result<std::optional<InstallationId>>
installation_of(store::Store& store, const std::filesystem::path& mark_file, bool accept_missing) {
  const auto found = meta::value(store, meta::installation);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (*found) {
    InstallationId own{};
    if ((*found)->size() != own.size()) {
      return fail(ErrorCode::corrupt, "the installation's id has a wrong size");
    }
    std::ranges::copy(**found, own.begin());
    return own;
  }
  if (accept_missing) {
    return std::nullopt;
  }
  auto made_since = installation_of(mark_file);
  if (!made_since || !*made_since) {
    return made_since;
  }
  const std::vector<store::Change> changes{
      {store::Family::meta, std::string(meta::installation),
       std::string((*made_since)->begin(), (*made_since)->end())}};
  const auto done = store.commit(changes, store::Durability::synced);
  return done ? std::move(made_since) : tl::unexpected(done.error());
}

} // namespace

Result<MarkToNote> mark_to_note(store::Store& store, const std::filesystem::path& mark_file,
                                bool accept_missing) {
  const auto installation = installation_of(store, mark_file, accept_missing);
  if (!installation) {
    return tl::unexpected(installation.error());
  }
  if (!*installation) {
    return MarkToNote{};
  }
  auto mark = IssuingMark::open(mark_file, **installation);
  if (mark) {
    return MarkToNote{IssuingAfter::at_mark, std::move(*mark)};
  }
  const ErrorCode code = mark.error().code;
  if (code == ErrorCode::unavailable || code == ErrorCode::storage) {
    return tl::unexpected(mark.error());
  }
  return accept_missing ? Result<MarkToNote>(MarkToNote{IssuingAfter::closed, nullptr})
                        : tl::unexpected(mark_fault(mark.error()));
}

} // namespace grunndata::registry::backup
