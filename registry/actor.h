// Who did something that is kept beside what was done.
#pragma once

#include "registry/fields.h"

#include <string>

namespace grunndata::registry {

/// No person's number stands here: a user is known by HPR-nummer, name and a keyed hash.
struct Actor {
  std::string issuer;       ///< of the token, by its name in the configuration; empty: a command
  std::string client_id;    ///< empty: a command
  std::string organisation; ///< orgnr that the user or client acted for; empty when unknown
  std::string user_key;     ///< `audit::Log::user_key`
  std::string user_name;
  std::string user_hpr;
  std::string os_user; ///< of a command

  /// The same human or, where one of the two names none, the same client. Two of these are needed
  /// where four eyes are asked for.
  [[nodiscard]] bool is_same(const Actor& other) const noexcept {
    if (!user_key.empty() && !other.user_key.empty()) {
      return user_key == other.user_key; // by way of whichever client
    }
    return issuer == other.issuer && client_id == other.client_id && os_user == other.os_user;
  }
  bool operator==(const Actor&) const = default;
};

void write(FieldWriter& out, const Actor& actor);
void read(FieldReader& in, Actor& actor);

} // namespace grunndata::registry
