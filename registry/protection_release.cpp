// A human's part in how persons are protected.
#include "registry/loaded_entity.h"
#include "registry/person_events.h"
#include "registry/person_protection.h"
#include "registry/registry_impl.h"

namespace grunndata::registry {

Result<void> release_protection(Registry& registry, std::string_view external_id) {
  const auto id = registry.ids().open(external_id);
  if (!id) {
    return fail(ErrorCode::not_found, "no such person");
  }
  return registry.impl().queue->run([&id](Transaction& transaction) -> Result<void> {
    const auto known = header_of(transaction, *id);
    if (!known || !*known) {
      return known ? fail(ErrorCode::not_found, "no such person")
                   : Result<void>(tl::unexpected(known.error()));
    }
    LoadedEntity loaded;
    if (auto read = load_entity(transaction, *id, Source::folkeregisteret, loaded); !read) {
      return read;
    }
    Protection protection = Protection::of(loaded.entity.header);
    if (protection.linked == Grading::unclassified) {
      return fail(ErrorCode::conflict, "the person has no protection from a link");
    }
    protection.linked = Grading::unclassified;
    protection.write_to(loaded.entity.header);
    append_events(transaction, *id, {{EventType::change_in_address_protection, Sight::generalised}},
                  true, loaded.entity.header);
    put_entity(transaction, *id, loaded.entity);
    return {};
  });
}

} // namespace grunndata::registry
