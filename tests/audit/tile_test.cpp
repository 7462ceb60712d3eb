#include "registry/audit/tree/proof_note.h"
#include "registry/audit/tree/tree_edge.h"
#include "tests/audit/plain_tree.h"

#include <doctest/doctest.h>

#include <map>

using namespace grunndata::registry;
using namespace grunndata::registry::audit;
using namespace grunndata::registry::audit::tests;

namespace {

/// Keeps what it is handed, by path.
class KeptTiles : public TileSink {
public:
  std::map<std::string, std::string> files;
  std::size_t refuse_after = ~std::size_t{0};

  Result<void> tile(unsigned level, std::uint64_t index, std::span<const Hash> hashes) override {
    return keep(tile_path(level, index, hashes.size()).string(), tile_bytes(hashes));
  }
  Result<void> bundle(std::uint64_t index, std::span<const Hash> commitments) override {
    return keep(bundle_path(index, commitments.size()).string(), bundle_bytes(commitments));
  }

private:
  Result<void> keep(const std::string& path, std::string bytes) {
    if (refuse_after == 0) return fail(ErrorCode::storage, "no room");
    --refuse_after;
    files[path] = std::move(bytes);
    return {};
  }
};

Hash entry(std::size_t number) { return sha256(bytes_of("entry " + std::to_string(number))); }

Leaves entries(std::size_t count) {
  Leaves leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.emplace_back(text_of(entry(i)));
  return leaves;
}

} // namespace

TEST_CASE("tiles are named as C2SP tlog-tiles names them") {
  CHECK(tile_path(0, 0) == "tile/0/000");
  CHECK(tile_path(3, 1'234'067) == "tile/3/x001/x234/067");
  CHECK(tile_path(1, 999) == "tile/1/999");
  CHECK(tile_path(1, 1'000) == "tile/1/x001/000");
  CHECK(tile_path(0, 273, 112) == "tile/0/273.p/112");
  CHECK(bundle_path(5) == "tile/entries/005");
  CHECK(bundle_path(5, 1) == "tile/entries/005.p/1");
}

TEST_CASE("a tree of 70,000 has the tiles that the specification counts") {
  CHECK(width_of(0, 272, 70'000) == 256);
  CHECK(width_of(0, 273, 70'000) == 112);
  CHECK(width_of(0, 274, 70'000) == 0);
  CHECK(width_of(1, 0, 70'000) == 256);
  CHECK(width_of(1, 1, 70'000) == 17);
  CHECK(width_of(2, 0, 70'000) == 1);
  CHECK(width_of(3, 0, 70'000) == 0);
  CHECK(width_of(1, 0, 256) == 1);
  CHECK(width_of(tile_levels_max, 0, ~std::uint64_t{0}) == 0);
}

TEST_CASE("a growing tree has at every size the root of its definition") {
  KeptTiles tiles;
  TreeEdge edge(tiles);
  const Leaves leaves = entries(1'030);
  CHECK(edge.root() == empty_root());
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    REQUIRE(edge.add(entry(size - 1)));
    const bool worth_it = size < 20 || size % 256 < 3 || size % 101 == 0;
    if (worth_it) CHECK(edge.root() == plain_root(leaves, 0, size));
  }
  CHECK(edge.size() == leaves.size());
}

TEST_CASE("tiles hold the hashes of the specification, full and partial") {
  KeptTiles tiles;
  TreeEdge edge(tiles);
  const Leaves leaves = entries(600);
  for (std::size_t i = 0; i < leaves.size(); ++i) REQUIRE(edge.add(entry(i)));
  REQUIRE(edge.hand_over());
  std::vector<std::string> names;
  for (const auto& [name, bytes] : tiles.files) names.push_back(name);
  CHECK(names == std::vector<std::string>{"tile/0/000", "tile/0/001", "tile/0/002.p/88",
                                          "tile/1/000.p/2", "tile/entries/000", "tile/entries/001",
                                          "tile/entries/002.p/88"});
  for (std::size_t i = 0; i < 256; ++i) {
    const auto at = tiles.files["tile/0/001"].substr(i * 32, 32);
    CHECK(hex(bytes_of(at)) == hex(plain_root(leaves, 256 + i, 257 + i)));
    const auto entry_at = tiles.files["tile/entries/001"].substr(i * 34, 34);
    CHECK(entry_at == std::string("\x00\x20", 2) + leaves[256 + i]);
  }
  CHECK(hex(bytes_of(tiles.files["tile/1/000.p/2"]).subspan(32)) ==
        hex(plain_root(leaves, 256, 512)));
}

TEST_CASE("a tree goes on where a full disk stopped it") {
  KeptTiles tiles;
  tiles.refuse_after = 1; // takes the bundle, refuses the tile
  TreeEdge edge(tiles);
  for (std::size_t i = 0; i < 256; ++i) REQUIRE(edge.add(entry(i)));
  CHECK_FALSE(edge.add(entry(256)));
  CHECK(edge.size() == 256);
  CHECK(edge.root() == plain_root(entries(256), 0, 256));
  tiles.refuse_after = 100;
  REQUIRE(edge.add(entry(256)));
  CHECK(edge.root() == plain_root(entries(257), 0, 257));
}

TEST_CASE("a proof note is read back as it was written, and in no other form") {
  ProofNote note{73'894,
                 {sha256(bytes_of("a")), sha256(bytes_of("b"))},
                 "origin\n1\nx\n\n— k s\n",
                 "salt and record"};
  const std::string text = note.text();
  CHECK(text.starts_with("c2sp.org/tlog-proof@v1\nextra c2FsdCBhbmQgcmVjb3Jk\nindex 73894\n"));
  const auto read = ProofNote::parse(text);
  REQUIRE(read);
  CHECK(read->position == note.position);
  CHECK(read->path == note.path);
  CHECK(read->checkpoint == note.checkpoint);
  CHECK(read->salted_record == note.salted_record);
  note.salted_record.reset();
  note.path.clear();
  CHECK(ProofNote::parse(note.text())->text() == note.text());
  for (const std::string_view bad :
       {"", "c2sp.org/tlog-proof@v2\nindex 1\n\nx\n", "c2sp.org/tlog-proof@v1\n",
        "c2sp.org/tlog-proof@v1\nindex 01\n\nx\n", "c2sp.org/tlog-proof@v1\nindex -1\n\nx\n",
        "c2sp.org/tlog-proof@v1\nextra !\nindex 1\n\nx\n",
        "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nx\n", "c2sp.org/tlog-proof@v1\nindex 1\n"}) {
    CAPTURE(std::string(bad));
    CHECK_FALSE(ProofNote::parse(bad));
  }
}
