#include "registry/audit/tree/checkpoint.h"

#include <doctest/doctest.h>

#include <string>

using namespace grunndata::registry;
using namespace grunndata::registry::audit;

namespace {

// The example key and note of the Go implementation of signed notes.
constexpr std::string_view neumann_key =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view neumann_note =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n";

Hash counting_hash() {
  Hash hash{};
  for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<std::uint8_t>(i);
  return hash;
}

bool refused(std::string_view note, const VerifierKey& key) {
  const auto opened = open_note(note, key);
  return !opened && opened.error().code == ErrorCode::invalid;
}

} // namespace

TEST_CASE("a published note is opened with its published key") {
  const auto key = VerifierKey::parse(neumann_key);
  REQUIRE(key);
  CHECK(key->name == "PeterNeumann");
  CHECK(key->text() == neumann_key);
  const auto text = open_note(neumann_note, *key);
  REQUIRE(text);
  CHECK(*text == neumann_note.substr(0, neumann_note.find("\n\n") + 1));
}

TEST_CASE("a note opens with signatures of strangers beside the known one, and not without it") {
  const auto key = VerifierKey::parse(neumann_key);
  REQUIRE(key);
  const std::string stranger = "— witness.example "
                               "AAAAAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKiss"
                               "LS4vMDEyMzQ1Njc4OTo7PD0+Pw==\n";
  CHECK(open_note(std::string(neumann_note) + stranger, *key));
  const std::string text(neumann_note.substr(0, neumann_note.find("\n\n") + 2));
  CHECK(refused(text + stranger, *key));
  CHECK(refused(text, *key));
}

TEST_CASE("no bit of a note can be flipped") {
  const auto key = VerifierKey::parse(neumann_key);
  REQUIRE(key);
  for (std::size_t at = 0; at < neumann_note.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string note(neumann_note);
      note[at] = static_cast<char>(static_cast<unsigned char>(note[at]) ^ (1U << bit));
      CAPTURE(at);
      CAPTURE(bit);
      CHECK(refused(note, *key));
    }
  }
}

TEST_CASE("no note is shorter or longer than it was signed") {
  const auto key = VerifierKey::parse(neumann_key);
  REQUIRE(key);
  for (std::size_t size = 0; size < neumann_note.size(); ++size) {
    CAPTURE(size);
    CHECK(refused(neumann_note.substr(0, size), *key));
  }
  CHECK(refused(std::string(neumann_note).append(1, '\n'), *key));
  CHECK(refused("\n" + std::string(neumann_note), *key));
  CHECK(refused(std::string(note_bytes_max + 1, '\n'), *key));
}

TEST_CASE("a verifier key must fit its own hash and be written in one way") {
  CHECK(VerifierKey::parse(std::string(neumann_key).append(1, '\n')));
  for (const std::string_view bad :
       {"", "PeterNeumann", "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumana+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"}) {
    CAPTURE(std::string(bad));
    const auto key = VerifierKey::parse(bad);
    CHECK_FALSE(key);
  }
}

TEST_CASE("the text of a checkpoint has three lines") {
  const Checkpoint checkpoint{"grunndata/audit", 70'000, counting_hash()};
  CHECK(note_text(checkpoint) ==
        "grunndata/audit\n70000\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
}

TEST_CASE("base64 is read only as it is written") {
  CHECK(base64(bytes_of("")).empty());
  CHECK(base64(bytes_of("f")) == "Zg==");
  CHECK(base64(bytes_of("fo")) == "Zm8=");
  CHECK(base64(bytes_of("foobar")) == "Zm9vYmFy");
  CHECK(read_base64("Zm8=") == "fo");
  CHECK(read_base64("Zm9vYmFy") == "foobar");
  for (const std::string_view bad :
       {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zg===", "====", "Z g=", "Zm8=\n", "Zm_v", "=Zm8"}) {
    CAPTURE(std::string(bad));
    CHECK_FALSE(read_base64(bad));
  }
}
