#include "tests/sources/golden.h"

#include "tests/sources/node_text.h"

#include <cstdlib>
#include <doctest/doctest.h>
#include <fstream>

namespace grunndata::tests {

void check_golden(const std::string& name, const std::string& text) {
  const std::string path = samples + "golden/" + name + ".txt";
  if (std::getenv("GRUNNDATA_WRITE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
  }
  CHECK_MESSAGE(read_text(path) == text, name);
}

} // namespace grunndata::tests
