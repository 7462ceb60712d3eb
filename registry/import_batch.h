// Many source records in one commit, with what could not be read and how far the source was read.
#pragma once

#include "registry/registry.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry {

/// A record that was mapped, and where it stood in its source.
struct ImportItem {
  SourceRecord record;
  std::uint64_t number = 0;      ///< counted from 1
  std::uint64_t byte_offset = 0;
  std::uint32_t origin = 0;      ///< index into `ImportBatch::origins`
};

/// A record that could not be mapped.
struct QuarantineDraft {
  std::uint64_t number = 0;
  std::uint64_t byte_offset = 0;
  std::uint32_t origin = 0;
  std::string json_path;
  std::string reason;  ///< stable word
  std::string message; ///< no identifier of a person
  std::string raw;
};

/// Records that stood together in the source, those that could not be mapped apart.
struct ImportPart {
  std::vector<ImportItem> items;
  std::vector<QuarantineDraft> quarantine;
  std::vector<std::string> origins; ///< file names or "-"
};

struct ImportBatch : ImportPart {
  /// When set, gives more of the same batch: takes back the part before, so that its memory can be
  /// used again (empty at first), and replaces it by the next; false at the end. Called on the
  /// writer's thread until it says so, and may wait there for what is being mapped.
  std::function<bool(ImportPart&)> next;
  Source source = Source::folkeregisteret;
  ImportStamp stamp;
  std::string cursor_key;   ///< where the position is kept; empty: not kept
  std::string cursor_value; ///< committed with the data
  bool bulk = false;        ///< past the write-ahead log; for loads into an empty registry
};

struct ImportCounts {
  std::uint64_t written = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t superseded = 0;
  std::uint64_t quarantined = 0;

  ImportCounts& operator+=(const ImportCounts& other) noexcept;
};

using ImportDone = std::function<void(Result<ImportCounts>)>;

/// Writes the batch; `done` is called on the thread that wrote, after the sync. Records that break
/// a rule of the registry are quarantined, not failed; the same record for the same reason is kept
/// once and counted each time. Errors: `corrupt`, `storage`, `unavailable`; then nothing of the
/// batch was written.
void submit_import(Registry& registry, ImportBatch batch, ImportDone done);

/// After a large load: puts the indexes it wrote in many pieces into one, so that look-ups do not
/// share the processor with it later. Errors: `storage`, `corrupt`.
[[nodiscard]] Result<void> settle_after_bulk(Registry& registry);

/// Reads a value of the `meta` family (cursors and marks). Nothing when absent.
[[nodiscard]] Result<std::optional<std::string>> read_mark(const Registry& registry,
                                                           std::string_view key);
/// Writes one, synced. An empty value removes it.
[[nodiscard]] Result<void> write_mark(Registry& registry, std::string_view key,
                                      std::string_view value);

/// Notes that the source as a whole was read at `when` (how old the data is).
[[nodiscard]] Result<void> note_extracted(Registry& registry, Source source, Instant when);

/// Quarantined records, oldest first, from number `from`; without their raw bytes unless asked.
[[nodiscard]] Result<std::vector<QuarantineEntry>> quarantined(const Registry& registry,
                                                               std::uint64_t from,
                                                               std::size_t limit, bool with_raw);
[[nodiscard]] Result<QuarantineEntry> quarantined(const Registry& registry, std::uint64_t number);
/// Forgets one, after it was read again with success. `not_found` when there is none.
[[nodiscard]] Result<void> release_quarantined(Registry& registry, std::uint64_t number);

} // namespace grunndata::registry
