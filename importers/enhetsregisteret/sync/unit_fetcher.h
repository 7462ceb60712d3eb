// Fetches what units and their roles are now, on several connections, until it has them.
#pragma once

#include "importers/enhetsregisteret/sync/wire.h"
#include "importers/following/patient_transport.h"
#include "importers/reading/json_document.h"

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace grunndata::importers::enhetsregisteret::sync {

/// Most asked for at once.
inline constexpr std::size_t fetch_units_max = 1'000;

struct FetchedUnit {
  std::string number;
  Kind kind{};          ///< where it was found
  std::string document; ///< empty: the source gives none
  /// The document says a number and when it was taken away, and nothing else (a 410).
  bool is_removed = false;
};

/// For one thread; asks on several.
class UnitFetcher {
public:
  struct Options {
    following::TransportOptions transport; ///< its `stop` must be set
    following::Patience patience;
    unsigned connections = 4;
    following::FetchTotals* totals = nullptr; ///< needed
    following::PatientTransport::Notice notice;
  };
  explicit UnitFetcher(const Options& options);

  /// Each as it is now, in the order asked for; looked for among the other kind where it is not
  /// among its own, and asked for some times. Error: `cancelled` when stopped.
  struct Asked {
    std::string number;
    Kind kind{};
  };
  [[nodiscard]] registry::Result<std::vector<FetchedUnit>> units(std::span<const Asked> asked);
  /// Roles of each (of enheter alone), with the number in the document; empty where the source
  /// gives none. Error: `cancelled`.
  [[nodiscard]] registry::Result<std::vector<std::string>>
  roles(std::span<const std::string> numbers);
  /// Whom a search finds directly below a unit now, as many as it shows. Error: `cancelled`.
  [[nodiscard]] registry::Result<std::vector<Asked>> below(const std::string& number);

private:
  /// One connection, with what it reads answers with.
  struct Line {
    explicit Line(const Options& options)
        : transport(options.transport, options.patience, *options.totals, options.notice) {}
    following::PatientTransport transport;
    reading::JsonDocument document;
    std::string scratch;
  };
  /// False when stopped.
  static bool fetch_unit(Line& line, FetchedUnit& unit);
  static bool fetch_roles(Line& line, const std::string& number, std::string& document);
  template <typename Work>
  bool for_each(std::size_t count, const Work& work);

  std::vector<std::unique_ptr<Line>> lines_;
};

} // namespace grunndata::importers::enhetsregisteret::sync
