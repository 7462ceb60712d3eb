#include "tools/config/nearest.h"

#include <doctest/doctest.h>

#include <vector>

using grunndata::tools::config::nearest;

TEST_CASE("the nearest name is the one with the fewest edits, whatever its case") {
  const std::vector<std::string> names{"server.listen", "server.workers", "log.level"};
  CHECK(nearest("server.listn", names) == "server.listen");
  CHECK(nearest("LOG.LEVEL", names) == "log.level");
  CHECK(nearest("server.worker", names) == "server.workers");
  CHECK(nearest("shwo", std::vector<std::string>{"init", "show"}) == "show");
}

TEST_CASE("a word unlike every name has no nearest one") {
  const std::vector<std::string> names{"server.listen", "log.level"};
  CHECK_FALSE(nearest("population", names));
  CHECK_FALSE(nearest("anything", {}));
}
