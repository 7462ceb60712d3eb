#include "registry/audit/tree/tree_check.h"

#include "registry/audit/tree/file.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace grunndata::registry::audit {

namespace {

std::string text_of_checkpoint(const Checkpoint& checkpoint) {
  return "the checkpoint of " + std::to_string(checkpoint.size) + " entries";
}

} // namespace

void TreeReport::add_fault(std::string fault) {
  if (faults.size() < faults_max) {
    faults.push_back(std::move(fault));
  }
}

/// Holds the files of a folder against what they should be.
class TreeCheck::Comparison : public TileSink {
public:
  Comparison(std::filesystem::path folder, std::uint64_t size, TreeReport& report)
      : folder_(std::move(folder)), size_(size), report_(report) {}

  Result<void> tile(unsigned level, std::uint64_t index, std::span<const Hash> hashes) override {
    // A full tile beyond `size` may be there already or not.
    const std::size_t width = std::min(width_of(level, index, size_), hashes.size());
    compare(tile_path(level, index), width, tile_bytes(hashes), sizeof(Hash));
    return {};
  }

  Result<void> bundle(std::uint64_t index, std::span<const Hash> commitments) override {
    const std::size_t width = std::min(width_of(0, index, size_), commitments.size());
    compare(bundle_path(index), width, bundle_bytes(commitments), bundle_entry_bytes);
    return {};
  }

private:
  /// The full file if it should be there, and every partial one that is.
  void compare(const std::filesystem::path& full, std::size_t width, std::string_view bytes,
               std::size_t hash_bytes) {
    if (width == tile_width) {
      compare_file(full, bytes, false);
    }
    const std::filesystem::path folder = folder_ / (full.string() + ".p");
    bool has_width = width == tile_width || width == 0;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
      const std::string name = entry.path().filename().string();
      std::size_t partial = 0;
      const auto read = std::from_chars(name.data(), name.data() + name.size(), partial);
      if (read.ec != std::errc{} || std::to_string(partial) != name || partial >= tile_width) {
        continue; // no tile: a file on its way to a name
      }
      if (partial * hash_bytes > bytes.size()) {
        continue; // of entries that came after the ones at hand
      }
      has_width = has_width || partial == width;
      compare_file(full.string() + ".p/" + name, bytes.substr(0, partial * hash_bytes), false);
    }
    if (!has_width) {
      compare_file(full, bytes.substr(0, width * hash_bytes), true);
    }
  }

  /// `longer`: a full tile that replaces a partial one begins with the same hashes.
  void compare_file(const std::filesystem::path& path, std::string_view bytes, bool longer) {
    const auto found = read_file(folder_ / path, tile_width * bundle_entry_bytes);
    ++report_.tiles;
    if (!found) {
      report_.add_fault(path.string() + ": " + found.error().message);
    } else if (longer ? !found->starts_with(bytes) : *found != bytes) {
      report_.add_fault(path.string() + " is not what its entries give");
    }
  }

  std::filesystem::path folder_;
  std::uint64_t size_;
  TreeReport& report_;
};

TreeCheck::TreeCheck(std::filesystem::path folder, std::uint64_t size,
                     std::vector<Checkpoint> checkpoints)
    : checkpoints_(std::move(checkpoints)),
      comparison_(std::make_unique<Comparison>(std::move(folder), size, report_)),
      edge_(*comparison_) {
  std::ranges::stable_sort(checkpoints_, {}, &Checkpoint::size);
  compare_roots();
}

TreeCheck::~TreeCheck() = default;

void TreeCheck::compare_roots() {
  for (; compared_ < checkpoints_.size() && checkpoints_[compared_].size == edge_.size();
       ++compared_) {
    if (checkpoints_[compared_].root != edge_.root()) {
      report_.add_fault(text_of_checkpoint(checkpoints_[compared_]) +
                        " has another root than these entries: they were changed, or the log has "
                        "two histories");
    }
  }
}

void TreeCheck::add(const Hash& commitment) {
  (void)edge_.add(commitment); // the sink takes everything
  compare_roots();
}

TreeReport TreeCheck::finish() {
  (void)edge_.hand_over();
  for (; compared_ < checkpoints_.size(); ++compared_) {
    report_.add_fault(text_of_checkpoint(checkpoints_[compared_]) + " is of a longer log: only " +
                      std::to_string(edge_.size()) + " entries are left");
  }
  report_.entries = edge_.size();
  report_.root = edge_.root();
  return report_;
}

TreeReport check_tree(const std::filesystem::path& folder,
                      const std::vector<Checkpoint>& checkpoints,
                      const std::function<void(std::uint64_t)>& progress) {
  constexpr std::uint64_t progress_bundles = 4'096;
  const std::uint64_t size = checkpoints.front().size;
  TreeCheck check(folder, size, checkpoints);
  TreeReport faults;
  for (std::uint64_t index = 0; index * tile_width < size; ++index) {
    const std::size_t width = width_of(0, index, size);
    auto bytes = read_file(folder / bundle_path(index, width), tile_width * bundle_entry_bytes);
    if (!bytes && width < tile_width && bytes.error().code == ErrorCode::not_found) {
      bytes = read_file(folder / bundle_path(index), tile_width * bundle_entry_bytes);
      bytes = bytes ? Result<std::string>(bytes->substr(0, width * bundle_entry_bytes)) : bytes;
    }
    const auto entries = bytes ? read_bundle(*bytes, width) : tl::unexpected(bytes.error());
    if (!entries) {
      faults.add_fault(bundle_path(index, width).string() + ": " + entries.error().message);
      break; // what follows would have other positions
    }
    for (const Hash& entry : *entries) {
      check.add(entry);
    }
    if (progress && index % progress_bundles == 0) {
      progress(index * tile_width);
    }
  }
  TreeReport report = check.finish();
  report.faults.insert(report.faults.begin(), faults.faults.begin(), faults.faults.end());
  return report;
}

Result<void> check_consistency(const std::filesystem::path& folder, const Checkpoint& older,
                               const Checkpoint& newer) {
  if (older.size > newer.size) {
    return fail(ErrorCode::corrupt, text_of_checkpoint(older) + " is of a longer log: only " +
                                        std::to_string(newer.size) + " entries are left");
  }
  TileReader tiles(folder, newer.size);
  const auto proof = consistency_proof(tiles, older.size, newer.size);
  if (!proof) {
    return tl::unexpected(proof.error());
  }
  if (!verify_consistency(older.size, newer.size, *proof, older.root, newer.root)) {
    return fail(ErrorCode::corrupt, text_of_checkpoint(older) + " is not a part of " +
                                        text_of_checkpoint(newer) +
                                        ": entries were changed, or the log has two histories");
  }
  return {};
}

} // namespace grunndata::registry::audit
