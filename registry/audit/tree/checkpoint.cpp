#include "registry/audit/tree/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

#include <openssl/evp.h>

namespace grunndata::registry::audit {

namespace {

constexpr std::uint8_t ed25519_type = 0x01;
constexpr std::size_t id_bytes = 4;
constexpr std::size_t signature_bytes = 64;
constexpr std::string_view signature_start = "\xE2\x80\x94 "; // em dash, blank
constexpr std::string_view hex_digits = "0123456789abcdef";

struct FreeKey {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

tl::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::invalid, std::move(message));
}

bool verifies(const VerifierKey& key, std::string_view text, std::string_view signature) {
  const std::unique_ptr<EVP_PKEY, FreeKey> public_key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.key.data(), key.key.size()));
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  const Bytes signed_bytes = bytes_of(text);
  const Bytes by = bytes_of(signature);
  return signature.size() == signature_bytes && public_key && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
         EVP_DigestVerify(context.get(), by.data(), by.size(), signed_bytes.data(),
                          signed_bytes.size()) == 1;
}

struct SignatureLine {
  std::string_view name;
  std::string bytes; ///< key id and signature
};

std::optional<SignatureLine> read_signature_line(std::string_view line) {
  if (!line.starts_with(signature_start)) {
    return std::nullopt;
  }
  line.remove_prefix(signature_start.size());
  const auto blank = line.find(' ');
  auto bytes = blank == std::string_view::npos ? std::nullopt : read_base64(line.substr(blank + 1));
  if (!bytes || bytes->size() <= id_bytes || !is_key_name(line.substr(0, blank))) {
    return std::nullopt;
  }
  return SignatureLine{line.substr(0, blank), std::move(*bytes)};
}

std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

} // namespace

std::string note_text(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
         base64(checkpoint.root) + "\n";
}

bool is_key_name(std::string_view name) noexcept {
  return !name.empty() && std::ranges::none_of(name, [](char c) {
    return c == ' ' || c == '+' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

std::array<std::uint8_t, 4> VerifierKey::id() const {
  const std::array<std::uint8_t, 2> middle{'\n', ed25519_type};
  const Hash hash = sha256(bytes_of(name), middle, key);
  return {hash[0], hash[1], hash[2], hash[3]};
}

std::string VerifierKey::text() const {
  std::string out = name + "+";
  for (const std::uint8_t byte : id()) {
    out += hex_digits[byte >> 4U];
    out += hex_digits[byte & 0xFU];
  }
  std::string typed(1, static_cast<char>(ed25519_type));
  typed += text_of(key);
  return out + "+" + base64(bytes_of(typed));
}

Result<VerifierKey> VerifierKey::parse(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  const auto first = text.find('+');
  const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) {
    return bad("a verifier key is name+hash+key");
  }
  const auto typed = read_base64(text.substr(second + 1));
  VerifierKey parsed;
  parsed.name = text.substr(0, first);
  if (!typed || typed->size() != 1 + parsed.key.size() || typed->front() != ed25519_type ||
      !is_key_name(parsed.name)) {
    return bad("the verifier key is not an Ed25519 key of a C2SP signed note");
  }
  std::copy(typed->begin() + 1, typed->end(), parsed.key.begin());
  if (parsed.text() != text) {
    return bad("the verifier key's hash does not fit its name and key");
  }
  return parsed;
}

std::string signature_line(const VerifierKey& key, Bytes signature) {
  const auto id = key.id();
  std::string typed(text_of(id));
  typed += text_of(signature);
  std::string line(signature_start);
  line += key.name;
  line += " ";
  line += base64(bytes_of(typed));
  line += "\n";
  return line;
}

Result<std::string> open_note(std::string_view note, const VerifierKey& key) {
  const auto blank = note.rfind("\n\n");
  const bool controls = std::ranges::any_of(
      note, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
  if (note.size() > note_bytes_max || blank == std::string_view::npos || !note.ends_with('\n') ||
      controls) {
    return bad("this is not a signed note");
  }
  const std::string_view text = note.substr(0, blank + 1);
  std::string_view lines = note.substr(blank + 2);
  const auto id = key.id();
  bool good = false;
  for (std::size_t count = 0; !lines.empty(); ++count) {
    const auto line = read_signature_line(take_line(lines));
    if (!line || count == note_signatures_max) {
      return bad("a signature line of the note cannot be read");
    }
    if (line->name != key.name || !line->bytes.starts_with(text_of(id))) {
      continue;
    }
    if (!verifies(key, text, std::string_view(line->bytes).substr(id_bytes))) {
      return bad("the signature of " + key.name + " does not fit the note");
    }
    good = true;
  }
  return good ? Result<std::string>(text) : bad("the note is not signed by " + key.name);
}

Result<Checkpoint> open_checkpoint(std::string_view note, const VerifierKey& key) {
  const auto opened = open_note(note, key);
  if (!opened) {
    return tl::unexpected(opened.error());
  }
  std::string_view text = *opened;
  Checkpoint checkpoint;
  checkpoint.origin = take_line(text);
  const std::string_view size = take_line(text);
  const auto root = read_base64(take_line(text));
  const auto number = std::from_chars(size.data(), size.data() + size.size(), checkpoint.size);
  if (number.ec != std::errc{} || !root || root->size() != checkpoint.root.size()) {
    return bad("the note is not a checkpoint");
  }
  std::copy(root->begin(), root->end(), checkpoint.root.begin());
  if (note_text(checkpoint) != *opened) { // extension lines and other ways to write a number
    return bad("the note is not a checkpoint of the form that this log signs");
  }
  if (checkpoint.origin != key.name) {
    return bad("the checkpoint is of " + checkpoint.origin + ", not of " + key.name);
  }
  return checkpoint;
}

} // namespace grunndata::registry::audit
