#include "registry/audit/tree/proof_note.h"

#include <algorithm>
#include <charconv>

namespace grunndata::registry::audit {

namespace {

constexpr std::string_view first_line = "c2sp.org/tlog-proof@v1\n";
constexpr std::string_view extra_start = "extra ";
constexpr std::string_view index_start = "index ";
constexpr std::size_t path_hashes_max = 64;

tl::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::invalid, std::move(message));
}

/// The next line without its newline; nothing when no newline is left.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

} // namespace

std::string ProofNote::text() const {
  std::string out(first_line);
  if (salted_record) {
    out += extra_start;
    out += base64(bytes_of(*salted_record)) + "\n";
  }
  out += index_start;
  out += std::to_string(position) + "\n";
  for (const Hash& hash : path) {
    out += base64(hash) + "\n";
  }
  return out + "\n" + checkpoint;
}

Result<ProofNote> ProofNote::parse(std::string_view text) {
  const std::string_view whole = text;
  if (!text.starts_with(first_line)) {
    return bad("this is not a proof: its first line is not c2sp.org/tlog-proof@v1");
  }
  text.remove_prefix(first_line.size());
  ProofNote note;
  auto line = take_line(text);
  if (line && line->starts_with(extra_start)) {
    note.salted_record = read_base64(line->substr(extra_start.size()));
    line = note.salted_record ? take_line(text) : std::nullopt;
  }
  if (!line || !line->starts_with(index_start)) {
    return bad("the proof has no index");
  }
  const std::string_view number = line->substr(index_start.size());
  std::from_chars(number.data(), number.data() + number.size(), note.position);
  while ((line = take_line(text)) && !line->empty()) {
    const auto hash = read_base64(*line);
    if (!hash || hash->size() != sizeof(Hash) || note.path.size() == path_hashes_max) {
      return bad("a hash of the proof cannot be read");
    }
    note.path.emplace_back();
    std::copy(hash->begin(), hash->end(), note.path.back().begin());
  }
  note.checkpoint = text;
  return line && note.text() == whole ? Result<ProofNote>(std::move(note))
                                      : bad("the proof is not written as it should be");
}

Result<Checkpoint> verify(const ProofNote& note, const VerifierKey& key,
                          const std::optional<Hash>& commitment) {
  auto checkpoint = open_checkpoint(note.checkpoint, key);
  if (!checkpoint) {
    return checkpoint;
  }
  if (!note.salted_record && !commitment) {
    return bad("the proof carries no record, and no commitment was given");
  }
  const Hash entry = note.salted_record ? sha256(bytes_of(*note.salted_record)) : *commitment;
  if (commitment && entry != *commitment) {
    return bad("the record is not the one that was committed to");
  }
  if (!verify_inclusion(note.position, checkpoint->size, leaf_hash(entry), note.path,
                        checkpoint->root)) {
    return bad("the record is not in the log at that position");
  }
  return checkpoint;
}

} // namespace grunndata::registry::audit
