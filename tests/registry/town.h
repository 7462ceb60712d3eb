// A registry for a story: on one of the engines, fed with records, asked like a caller would.
#pragma once

#include "registry/import_batch.h"
#include "registry/registry.h"
#include "tests/registry/person_builder.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::stories {

/// Where a story happens, and what befalls the registry after every import.
enum class Engine : std::uint8_t {
  memory,
  memory_reopened,
  disk,
  disk_flushed,
  disk_reopened, ///< flushed every other time, so that both logs and files are read back
};

struct Ask {
  Access access = Access::legal_basis;
  bool history = false;
  std::optional<Instant> as_of{};
  std::optional<std::uint64_t> recorded_as_of{};
  Dialect dialect = Dialect::persontjenesten_v2;
  PersonPartSet parts = PersonPartSet{}.set();
};

[[nodiscard]] Ask openly(); ///< without legal basis
[[nodiscard]] Ask with_history(Ask ask = {});
[[nodiscard]] Ask as_of(std::string_view when, Ask ask = {});
[[nodiscard]] Ask recorded_as_of(std::uint64_t sequence, Ask ask = {});
[[nodiscard]] Ask on_v1(Ask ask = {});
[[nodiscard]] Ask only(std::initializer_list<PersonPart> parts, Ask ask = {});

using Texts = std::vector<std::string>;

/// The values of every `"property":"…"` of `json`, in order.
[[nodiscard]] Texts values_of(std::string_view json, std::string_view property);

/// A scratch directory, removed at the end.
class ScratchDirectory {
public:
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

class Town {
public:
  explicit Town(Engine engine = Engine::memory);
  /// On disk in `data`, nothing compressed, beside a purge register: for looking into the files.
  Town(std::filesystem::path data, std::filesystem::path purge_register);

  [[nodiscard]] Registry& registry() { return *registry_; }
  void reopen();
  /// Until `reopen`.
  void close() { registry_.reset(); }

  /// One commit; `day` is when the extract was made.
  ImportCounts import(std::vector<SourceRecord> records, std::string_view day);
  WriteOutcome import(const PersonBuilder& person, std::string_view day);

  /// What befalls the registry after every import of this town, after one by other means.
  void after_import() { befall(); }

  /// What a caller with that number gets. The first needs an answer, the second a refusal.
  std::string view(const std::string& number, const Ask& ask = {});
  std::string view(const IdentifierKey& key, const Ask& ask = {});
  ErrorCode refusal(const IdentifierKey& key, const Ask& ask = {});
  ErrorCode refusal(const std::string& number, const Ask& ask = {});
  Texts told(const std::string& number, std::string_view property, const Ask& ask = {});
  Result<Match> match(const IdentifierKey& key, std::optional<std::uint64_t> recorded = {});
  Match match(const std::string& number);
  std::string id_of(const std::string& number);
  /// The person a caller gets who kept an id.
  std::string view_by_id(std::string_view id, const Ask& ask = {});
  std::uint64_t sequence_of(const std::string& number, Access access);
  [[nodiscard]] std::uint64_t newest() const { return registry_->newest_sequence(); }
  /// Names of the events from `from` on, as `access` sees them.
  Texts events(std::uint64_t from, Access access = Access::legal_basis);
  /// Every key and value of the store holds no such text.
  bool holds_no(std::string_view text);

private:
  Result<std::string> read(const IdentifierKey& key, const Ask& ask);
  std::unique_ptr<store::Store> open_store();
  void befall();

  Engine engine_;
  ScratchDirectory directory_;
  std::filesystem::path data_; ///< where it lies on disk
  std::filesystem::path purge_register_;
  std::shared_ptr<store::Store> memory_;
  std::unique_ptr<Registry> registry_;
  unsigned imports_ = 0;
};

/// The key of a number that `fnr` or `dnr` made. A view of `number`.
[[nodiscard]] IdentifierKey key_of_number_text(const std::string& number);

/// Values, indexes and log agree.
void check_whole(Registry& registry);

/// Tells the story once per engine, and checks the whole registry at its end.
void on_every_engine(const std::function<void(Town&)>& story);

} // namespace grunndata::registry::stories

namespace doctest {
template <>
struct StringMaker<grunndata::registry::stories::Texts> {
  static String convert(const grunndata::registry::stories::Texts& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : " | ") + text;
    return String(("[" + all + "]").c_str());
  }
};
} // namespace doctest
