#include "registry/actor.h"

namespace grunndata::registry {

void write(FieldWriter& out, const Actor& actor) {
  for (const std::string* text :
       {&actor.issuer, &actor.client_id, &actor.organisation, &actor.user_key, &actor.user_name,
        &actor.user_hpr, &actor.os_user}) {
    out.text(*text);
  }
}

void read(FieldReader& in, Actor& actor) {
  for (std::string* text : {&actor.issuer, &actor.client_id, &actor.organisation, &actor.user_key,
                            &actor.user_name, &actor.user_hpr, &actor.os_user}) {
    in.text(*text);
  }
}

} // namespace grunndata::registry
