// grunndata-audit-verify: proves an audit log from outside. Needs its tiles, its public key and the
// checkpoints somebody kept; no key of the log, no record, and nothing else of this program.
#include "registry/audit/tree/file.h"
#include "registry/audit/tree/proof_note.h"
#include "registry/audit/tree/tree_check.h"

#include <charconv>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace grunndata::registry;
using namespace grunndata::registry::audit;

constexpr int exit_ok = 0;
constexpr int exit_failure = 1;
constexpr int exit_usage = 2;
constexpr int exit_integrity = 8;
constexpr std::uint64_t proof_bytes_max = 1024 * 1024;

constexpr std::string_view usage =
    R"(Proves an audit log from its tiles, its public key and checkpoints kept elsewhere.

  grunndata-audit-verify --key log.key --tree DIR [--older FILE]...
  grunndata-audit-verify --key log.key --proof 4711.tlog-proof

  --key KEY        verifier key of the log (name+hash+base64), or a file that holds it
  --tree DIR       the folder with checkpoint and tile/
  --checkpoint F   the newest checkpoint, when it is not DIR/checkpoint
  --older F        a checkpoint kept from before; may be given more than once
  --quick          only what the proofs need, instead of every entry and tile
  --position N     that entry N is in the log, and what its commitment is; more than once
  --proof F        a proof of one record (C2SP tlog-proof); more than once
  --record         shows the bytes of proven records, in hexadecimal

Exit status: 0 all holds, 8 something does not, 1 a file cannot be read, 2 usage.
)";

struct Request {
  std::string key;
  std::string tree;
  std::string checkpoint;
  std::vector<std::string> older;
  std::vector<std::string> proofs;
  std::vector<std::uint64_t> positions;
  bool quick = false;
  bool show_record = false;
};

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

/// Nothing when the words are no request.
std::optional<Request> read_words(const std::vector<std::string>& words) {
  Request request;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word == "--quick" || word == "--record") {
      (word == "--quick" ? request.quick : request.show_record) = true;
      continue;
    }
    if (at + 1 == words.size()) {
      return std::nullopt;
    }
    const std::string& value = words[++at];
    if (word == "--key") {
      request.key = value;
    } else if (word == "--tree") {
      request.tree = value;
    } else if (word == "--checkpoint") {
      request.checkpoint = value;
    } else if (word == "--older") {
      request.older.push_back(value);
    } else if (word == "--proof") {
      request.proofs.push_back(value);
    } else if (const auto number = number_of(value); word == "--position" && number) {
      request.positions.push_back(*number);
    } else {
      return std::nullopt;
    }
  }
  const bool needs_tree = !request.positions.empty() || !request.older.empty() || request.quick ||
                          !request.checkpoint.empty();
  const bool enough = !request.key.empty() && (!request.tree.empty() || !request.proofs.empty()) &&
                      (!needs_tree || !request.tree.empty());
  return enough ? std::optional(std::move(request)) : std::nullopt;
}

std::string hex(Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

/// Faults are told and counted; what cannot be read ends the run.
class Auditor {
public:
  explicit Auditor(Request request) : request_(std::move(request)) {}

  int run() {
    const bool read =
        load_key() && (request_.tree.empty() || check_tree_folder()) && check_proofs();
    if (!read) {
      return exit_failure;
    }
    return faults_ == 0 ? exit_ok : exit_integrity;
  }

private:
  bool failed(const Error& error) {
    std::cerr << "grunndata-audit-verify: " << error.message << '\n';
    return false;
  }
  void fault(std::string_view what) {
    ++faults_;
    std::cout << "FAULT  " << what << '\n';
  }
  static void good(std::string_view what) { std::cout << "ok     " << what << '\n'; }

  bool load_key() {
    std::string text = request_.key;
    if (text.find('+') == std::string::npos) {
      auto file = read_file(request_.key, note_bytes_max);
      if (!file) {
        return failed(file.error());
      }
      text = std::move(*file);
    }
    const auto key = VerifierKey::parse(text);
    if (!key) {
      return failed(key.error());
    }
    key_ = *key;
    return true;
  }

  /// False: cannot be read. A checkpoint that does not hold is a fault.
  bool load_checkpoint(const std::string& path, std::optional<Checkpoint>& into) {
    const auto note = read_file(path, note_bytes_max);
    if (!note) {
      return failed(note.error());
    }
    const auto opened = open_checkpoint(*note, key_);
    if (!opened) {
      fault(path + ": " + opened.error().message);
      return true;
    }
    good(path + ": signed by " + key_.name + ", " + std::to_string(opened->size) + " entries");
    into = *opened;
    return true;
  }

  bool check_tree_folder() {
    const std::string newest_path =
        request_.checkpoint.empty() ? request_.tree + "/checkpoint" : request_.checkpoint;
    std::optional<Checkpoint> newest;
    if (!load_checkpoint(newest_path, newest)) {
      return false;
    }
    std::vector<Checkpoint> all;
    for (const std::string& path : request_.older) {
      std::optional<Checkpoint> older;
      if (!load_checkpoint(path, older)) {
        return false;
      }
      if (older) {
        all.push_back(*older);
      }
    }
    if (!newest) {
      return true; // told already; there is nothing to hold the tree against
    }
    if (request_.quick) {
      check_quickly(*newest, all);
    } else {
      all.insert(all.begin(), *newest);
      check_fully(all);
    }
    for (const std::uint64_t position : request_.positions) {
      check_position(*newest, position);
    }
    return true;
  }

  void check_quickly(const Checkpoint& newest, const std::vector<Checkpoint>& older) {
    TileReader tiles(request_.tree, newest.size);
    const auto root = root_of_range(tiles, 0, newest.size);
    if (!root || *root != newest.root) {
      fault(root ? "the tiles do not give the root of the newest checkpoint"
                 : root.error().message);
      return;
    }
    good("the tiles give the root of the newest checkpoint");
    for (const Checkpoint& each : older) {
      const auto consistent = check_consistency(request_.tree, each, newest);
      if (!consistent) {
        fault(consistent.error().message);
        continue;
      }
      good("the checkpoint of " + std::to_string(each.size) + " entries is a part of it");
    }
  }

  void check_fully(const std::vector<Checkpoint>& checkpoints) {
    const TreeReport report = check_tree(request_.tree, checkpoints, [](std::uint64_t entries) {
      if (entries > 0) {
        std::cerr << entries << " entries\n";
      }
    });
    for (const std::string& each : report.faults) {
      fault(each);
    }
    if (report.faults.empty()) {
      good(std::to_string(report.entries) + " entries and " + std::to_string(report.tiles) +
           " files of the tree fit the roots of " + std::to_string(checkpoints.size()) +
           " checkpoints");
    }
  }

  void check_position(const Checkpoint& newest, std::uint64_t position) {
    if (position >= newest.size) {
      fault("the log has no entry " + std::to_string(position));
      return;
    }
    TileReader tiles(request_.tree, newest.size);
    const auto commitment = tiles.commitment(position);
    const auto path = commitment ? inclusion_proof(tiles, position, newest.size)
                                 : tl::unexpected(commitment.error());
    if (!path) {
      fault(path.error().message);
    } else if (!verify_inclusion(position, newest.size, leaf_hash(*commitment), *path,
                                 newest.root)) {
      fault("entry " + std::to_string(position) + " is not under the root of the checkpoint");
    } else {
      good("entry " + std::to_string(position) + " is in the log: " + hex(*commitment));
    }
  }

  /// The entry that the tree's folder has at the proof's position, when there is a folder.
  std::optional<Hash> commitment_at(std::uint64_t position, const Checkpoint& checkpoint) const {
    if (request_.tree.empty()) {
      return std::nullopt;
    }
    const auto commitment = TileReader(request_.tree, checkpoint.size).commitment(position);
    return commitment ? std::optional(*commitment) : std::nullopt;
  }

  bool check_proofs() {
    for (const std::string& path : request_.proofs) {
      const auto text = read_file(path, proof_bytes_max);
      if (!text) {
        return failed(text.error());
      }
      const auto note = ProofNote::parse(*text);
      const auto signed_by =
          note ? open_checkpoint(note->checkpoint, key_) : tl::unexpected(note.error());
      const auto proven = signed_by ? verify(*note, key_, commitment_at(note->position, *signed_by))
                                    : tl::unexpected(signed_by.error());
      if (!proven) {
        fault(path + ": " + proven.error().message);
        continue;
      }
      good(path + ": record " + std::to_string(note->position) + " is in the log of " +
           std::to_string(proven->size) + " entries" +
           (note->salted_record ? "" : ", by its commitment; its content was erased"));
      if (request_.show_record && note->salted_record && note->salted_record->size() > salt_bytes) {
        std::cout << hex(bytes_of(*note->salted_record).subspan(salt_bytes)) << '\n';
      }
    }
    return true;
  }

  Request request_;
  VerifierKey key_;
  std::size_t faults_ = 0;
};

} // namespace

int main(int count, char** arguments) {
  const auto request = read_words({arguments + 1, arguments + count});
  if (!request) {
    std::cerr << usage;
    return exit_usage;
  }
  try {
    return Auditor(*request).run();
  } catch (const std::exception& error) {
    std::cerr << "grunndata-audit-verify: " << error.what() << '\n';
    return exit_failure;
  }
}
