#include "tools/progress/progress.h"

#include <doctest/doctest.h>

#include <chrono>
#include <sstream>
#include <string>

using namespace grunndata::tools;
using namespace std::chrono_literals;

namespace {

// A clock that stands still until told.
struct FalseClock {
  std::chrono::steady_clock::time_point now{};
  Progress::Clock clock() {
    return [this] { return now; };
  }
};

} // namespace

TEST_CASE("off a terminal a plain line comes every ten seconds, and one at the end") {
  FalseClock time;
  std::ostringstream out;
  Progress progress("import", ProgressStyle::lines, {.records = {}, .bytes = 4096}, out,
                    time.clock());
  progress.update({.records = 1, .bytes = 1});
  time.now += 9'999ms;
  progress.update({.records = 10, .bytes = 512});
  CHECK(out.str().empty());
  time.now += 1ms;
  progress.update({.records = 20, .bytes = 1024, .errors = 3});
  CHECK(out.str() == "import: 20 records, 2/s, 1.0 KiB, 102 B/s, 3 errors, 30 s left\n");
  progress.update({.records = 21, .bytes = 1025, .errors = 3});
  time.now += 10s;
  progress.finish({.records = 40, .bytes = 4096, .errors = 3});
  progress.finish({.records = 40, .bytes = 4096, .errors = 3});
  CHECK(out.str() == "import: 20 records, 2/s, 1.0 KiB, 102 B/s, 3 errors, 30 s left\n"
                     "import: 40 records, 2/s, 4.0 KiB, 205 B/s, 3 errors, took 20 s\n");
}

TEST_CASE("on a terminal one line is rewritten at most ten times a second") {
  FalseClock time;
  std::ostringstream out;
  Progress progress("rebuild", ProgressStyle::bar, {.records = 100, .bytes = {}}, out,
                    time.clock());
  for (int step = 0; step < 50; ++step) {
    time.now += 10ms;
    progress.update({.records = 50});
  }
  const std::string text = out.str();
  CHECK(std::count(text.begin(), text.end(), '\r') == 5);
  CHECK(text.find("[############............]  50 %") != std::string::npos);
  CHECK(text.find('\n') == std::string::npos);
  progress.finish({.records = 100});
  CHECK(out.str().ends_with("\n"));
}

TEST_CASE("as JSON every line is an object with the same figures") {
  FalseClock time;
  std::ostringstream out;
  Progress progress("import", ProgressStyle::json, {.records = 10, .bytes = {}}, out, time.clock());
  time.now += 1s;
  progress.update({.records = 5, .bytes = 100, .errors = 1});
  CHECK(out.str() == R"({"progress":"import","records":5,"bytes":100,"errors":1,"seconds":1.000,)"
                     R"("recordsPerSecond":5,"fraction":0.5000,"secondsLeft":1,"finished":false})"
                     "\n");
}

TEST_CASE("an unknown total gives neither fraction nor time left") {
  FalseClock time;
  std::ostringstream out;
  Progress progress("import", ProgressStyle::json, {}, out, time.clock());
  time.now += 1s;
  progress.update({.records = 5});
  CHECK(out.str().find(R"("fraction":null,"secondsLeft":null)") != std::string::npos);
}

TEST_CASE("the style none writes nothing") {
  FalseClock time;
  std::ostringstream out;
  Progress progress("import", ProgressStyle::none, {}, out, time.clock());
  time.now += 1h;
  progress.update({.records = 5});
  progress.finish({.records = 5});
  CHECK(out.str().empty());
}

TEST_CASE("styles have names, and another word is none of them") {
  CHECK(progress_style("json") == ProgressStyle::json);
  CHECK(progress_style("lines") == ProgressStyle::lines);
  CHECK(progress_style("auto"));
  CHECK_FALSE(progress_style("fancy"));
}
