// The mark and the data directory agree, or nothing is issued.
#include "registry/hjelpenummer/issuing_mark.h"
#include "tests/hjelpenummer/scratch_folder.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::hjelpenummer;
using namespace grunndata::registry::hjelpenummer::tests;

namespace {

constexpr PrefixRange range{850'000'000, 850'999'999};
constexpr PrefixRange second_range{900'000'000, 900'999'999};

std::unique_ptr<IssuingMark> made(const ScratchFolder& folder) {
  auto mark = IssuingMark::create(folder.mark(), this_installation, range);
  REQUIRE(mark);
  return std::move(*mark);
}

/// What the issuing service writes after a lease.
DatabaseRecord record_of(const IssuingMark& mark) {
  const MarkState state = mark.state();
  return {state.generation, state.ranges};
}

bool agree(const IssuingMark& mark, const DatabaseRecord& database) {
  const auto checked = check_record(mark.state(), database);
  CHECK((checked || checked.error().code == ErrorCode::conflict));
  return checked.has_value();
}

} // namespace

TEST_CASE("a data directory may miss the newest lease, but not the one before") {
  const ScratchFolder folder;
  const auto mark = made(folder);
  CHECK(agree(*mark, {}));
  REQUIRE(mark->reserve(100));
  CHECK(agree(*mark, {}));
  const DatabaseRecord one = record_of(*mark);
  CHECK(agree(*mark, one));
  REQUIRE(mark->reserve(100));
  CHECK(agree(*mark, one));
  CHECK_FALSE(agree(*mark, {}));
  REQUIRE(mark->reserve(1)); // leases may change in size: it is the newest that counts
  CHECK_FALSE(agree(*mark, one));
  CHECK(agree(*mark, {0, {{range, 200}}}));
  CHECK_FALSE(agree(*mark, {0, {{range, 199}}}));
}

TEST_CASE(
    "a restored data directory is taken when the restore was noted, and issues after the mark") {
  const ScratchFolder folder;
  auto mark = made(folder);
  REQUIRE(mark->reserve(100));
  const DatabaseRecord backup = record_of(*mark);
  for (int lease = 0; lease < 10; ++lease) REQUIRE(mark->reserve(100));
  CHECK_FALSE(agree(*mark, backup));
  REQUIRE(mark->note_restore());
  CHECK(agree(*mark, backup));
  CHECK(mark->state().generation == 1);
  CHECK(mark->reserved_up_to() == 1'100);

  // Also when the process ends in between.
  mark.reset();
  mark = std::move(*IssuingMark::open(folder.mark(), this_installation));
  CHECK(mark->state().restore_pending);
  CHECK(agree(*mark, backup));
  const DatabaseRecord restored = record_of(*mark);
  CHECK(agree(*mark, restored));
  CHECK(mark->reserve(100)->first == 1'100);
  CHECK_FALSE(mark->state().restore_pending);
  CHECK(agree(*mark, restored));

  // One restore excuses one data directory: the backup put in place by hand is refused.
  CHECK_FALSE(agree(*mark, backup));
  REQUIRE(mark->note_restore());
  CHECK(agree(*mark, backup));
  CHECK(mark->state().generation == 2);
}

TEST_CASE("a backup that lost nothing but knows an older generation is noticed, too") {
  const ScratchFolder folder;
  const auto mark = made(folder);
  REQUIRE(mark->reserve(100));
  const DatabaseRecord backup = record_of(*mark);
  REQUIRE(mark->note_restore());
  REQUIRE(mark->note_restore()); // twice does no harm
  CHECK(agree(*mark, backup));
  const DatabaseRecord restored = record_of(*mark);
  REQUIRE(mark->reserve(100));
  CHECK_FALSE(agree(*mark, backup));
  CHECK(agree(*mark, restored));
}

TEST_CASE("a mark behind the data directory is refused, noted restore or not") {
  const ScratchFolder folder;
  auto mark = made(folder);
  const std::string old = bytes_in(folder.mark());
  REQUIRE(mark->reserve(100));
  DatabaseRecord database = record_of(*mark);
  mark.reset();
  put_bytes(folder.mark(), old);
  mark = std::move(*IssuingMark::open(folder.mark(), this_installation));
  CHECK_FALSE(agree(*mark, database));
  REQUIRE(mark->note_restore());
  CHECK_FALSE(agree(*mark, database));
  // Far enough again, but of a past that the data directory has left behind.
  REQUIRE(mark->reserve(1'000));
  database.generation = 2;
  CHECK_FALSE(agree(*mark, database));
}

TEST_CASE("what stands wrong is told apart") {
  const MarkState used{1, false, 100, {{range, 1'000}}};
  CHECK(standing_of(used, {1, {{range, 1'000}}}) == Standing::agrees);
  CHECK(standing_of(used, {1, {{range, 900}}}) == Standing::agrees);
  CHECK(standing_of(used, {1, {{range, 800}}}) == Standing::mark_ahead);
  CHECK(standing_of(used, {0, {{range, 1'000}}}) == Standing::mark_ahead);
  CHECK(standing_of(used, {1, {{range, 1'001}}}) == Standing::mark_behind);
  CHECK(standing_of(used, {2, {{range, 1'000}}}) == Standing::mark_behind);
  MarkState noted = used;
  noted.restore_pending = true;
  CHECK(standing_of(noted, {1, {{range, 1'000}}}) == Standing::agrees);
  CHECK(standing_of(noted, {1, {{range, 800}}}) == Standing::restored);
  CHECK(standing_of(noted, {0, {{range, 1'000}}}) == Standing::restored);
  CHECK(standing_of(noted, {1, {{range, 1'001}}}) == Standing::mark_behind);
  CHECK(standing_of(noted, {2, {{range, 1'000}}}) == Standing::mark_behind);
}

TEST_CASE("several ranges are compared one by one") {
  const ScratchFolder folder;
  const auto mark = made(folder);
  REQUIRE(mark->reserve(100));
  const DatabaseRecord before = record_of(*mark);
  REQUIRE(mark->add_range(second_range));
  CHECK(agree(*mark, before));
  CHECK(agree(*mark, {0, {{range, 100}, {second_range, 0}}}));
  CHECK_FALSE(agree(*mark, {0, {{range, 100}, {second_range, 1}}}));
  CHECK_FALSE(agree(*mark, {0, {{range, 99}, {second_range, 1}}}));
  // A range that the mark does not know, unless nothing was leased from it.
  CHECK(agree(*mark, {0, {{range, 100}, {{800'000'000, 800'000'009}, 0}}}));
  CHECK_FALSE(agree(*mark, {0, {{range, 100}, {{800'000'000, 800'000'009}, 1}}}));
  // A range is known by both its ends.
  CHECK_FALSE(agree(*mark, {0, {{{range.first, range.last + 1}, 100}}}));
}
