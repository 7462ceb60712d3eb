// A whole copy of the persons a caller may see, line by line, and where in the feed to go on.
#pragma once

#include "api/v1/cursor.h"
#include "registry/access.h"
#include "registry/audit/subject_set.h"
#include "registry/entity_id.h"
#include "registry/error.h"
#include "registry/person_walk.h"
#include "registry/view.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace grunndata::registry {
class Registry;
} // namespace grunndata::registry

namespace grunndata::api::v1 {

struct PersonExportOrder {
  registry::PersonPartSet parts; ///< that the caller may have
  registry::Access access{};
  registry::EntityId from{};             ///< the first
  std::optional<registry::EntityId> to{}; ///< the first that is not asked for any more
  std::size_t piece_bytes = std::size_t{128} << 10U; ///< a piece ends with the line that reaches it
};

/// Lines of JSON, each ending in "\n", in the order of `registry::PersonWalk`:
///
///     {"export":"begin","entity":"person","nextCursor":"…"}
///     {"id":"…","sequenceNumber":…,…}              a person, as GET /v1/person/{id} answers
///     {"export":"moved","id":"…","personId":"…"}   that id leads to this person now
///     {"export":"end","nextCursor":"…","persons":…,"moved":…}
///
/// The cursor was taken before the first person was read, so whoever loads the lines and reads the
/// feed from there misses nothing; some of what the feed then tells stands in the lines already.
/// Everybody is read, and their protection judged, when their piece is made. A hjelpenummer that
/// was cancelled has no line, as it has no answer.
///
/// One thread at a time. Holds a piece, never a state of the store. The registry must outlive it.
class PersonExport {
public:
  /// Errors: `corrupt`, `storage`.
  [[nodiscard]] static registry::Result<PersonExport> begin(const registry::Registry& registry,
                                                            const PersonExportOrder& order);

  /// Appends the next lines, whole ones. False: the last line is among them. After an error what
  /// was appended is of no use, and nothing more comes. Errors: `corrupt`, `storage`.
  [[nodiscard]] registry::Result<bool> next(std::string& out);

  [[nodiscard]] const Cursor& cursor() const noexcept { return cursor_; }
  [[nodiscard]] std::uint64_t persons() const noexcept { return persons_; } ///< lines made so far
  [[nodiscard]] std::uint64_t moved() const noexcept { return moved_; }
  /// Those asked for that anybody with this access sees.
  [[nodiscard]] registry::PersonPartSet parts_delivered() const noexcept;
  /// Whom the walk met last, for whoever goes on later; all zeros before anybody.
  [[nodiscard]] const registry::ExternalId& last() const noexcept { return last_; }
  /// The job's part of the log before anything is read: all it can cover, nobody counted yet.
  [[nodiscard]] registry::audit::SubjectSet covered_at_most() const noexcept;
  /// All whom the lines made so far cover, cancelled hjelpenumre included. For an export of
  /// everybody it is what `audit::subject_set` gives, unless somebody came in meanwhile.
  [[nodiscard]] registry::Result<registry::audit::SubjectSet> covered() const;

private:
  PersonExport(const registry::Registry& registry, const PersonExportOrder& order, Cursor cursor);
  void append_begin(std::string& out) const;
  void append_end(std::string& out) const;
  registry::Result<void> append_line(registry::Reading& reading, std::string& out);
  registry::Result<void> append_moved(registry::Reading& reading, std::string& out);

  const registry::Registry* registry_;
  registry::ViewRequest view_;
  Cursor cursor_;
  std::size_t piece_bytes_;
  registry::PersonWalk walk_;
  registry::audit::SubjectDigest subjects_;
  std::uint64_t persons_ = 0;
  std::uint64_t moved_ = 0;
  registry::ExternalId last_{};
  bool has_begun_ = false;
};

} // namespace grunndata::api::v1
