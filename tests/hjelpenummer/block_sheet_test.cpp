// The sheet of labels, and the barcodes on it.
#include "registry/hjelpenummer/block_sheet.h"
#include "registry/hjelpenummer/code_128.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <set>
#include <string>

using namespace grunndata::registry;
using namespace grunndata::registry::hjelpenummer;

namespace {

using Symbols = std::vector<std::uint8_t>;

/// Numbers from a text of the sheet, made of pieces so that no number stands here whole.
std::string number_of(const char* first, const char* second) { return std::string(first) + second; }

Block block_of_two() {
  Block block;
  block.number = 17;
  block.organisation = "974760673";
  block.label = "<b>\"Mottak\" & 'stue'</b>";
  block.reserved = *parse_date_time("2026-06-30T10:00:00Z");
  block.expires = *parse_date_time("2026-07-31T22:30:00Z");
  block.numbers = {number_of("830000", "12345"), number_of("830000", "98765")};
  block.signature = "— grunndata/audit <AAAA>\n";
  return block;
}

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

/// The widths of bars and spaces as a scanner would see them in a path of "Mx 0hw…z".
Symbols widths_in(std::string_view path) {
  Symbols widths;
  unsigned end = 0;
  while (path.starts_with('M')) {
    unsigned at = 0;
    unsigned width = 0;
    path.remove_prefix(1);
    std::from_chars(path.data(), path.data() + path.size(), at);
    path.remove_prefix(path.find('h') + 1);
    std::from_chars(path.data(), path.data() + path.size(), width);
    path.remove_prefix(path.find('z') + 1);
    if (!widths.empty()) {
      widths.push_back(static_cast<std::uint8_t>(at - end));
    }
    widths.push_back(static_cast<std::uint8_t>(width));
    end = at + width;
  }
  return widths;
}

} // namespace

TEST_CASE("texts become the symbols of published examples") {
  CHECK(*code_128_symbols("Wikipedia") ==
        Symbols{104, 55, 73, 75, 73, 80, 69, 68, 73, 65, 88, 106});
  CHECK(*code_128_symbols("PJJ123C") == Symbols{104, 48, 42, 42, 17, 18, 19, 35, 55, 106});
  CHECK(*code_128_symbols("1234") == Symbols{105, 12, 34, 82, 106});
}

TEST_CASE("eleven digits are five pairs, a switch and one digit") {
  const auto symbols = *code_128_symbols(number_of("830000", "12345"));
  CHECK(symbols == Symbols{105, 83, 0, 0, 12, 34, 100, 21, 20, 106});
  const auto widths = code_128_widths(symbols);
  CHECK(widths.size() == 9 * 6 + 7);
  CHECK(std::accumulate(widths.begin(), widths.end(), 0) == 9 * 11 + 13);
}

TEST_CASE("digits go in pairs only where that is shorter") {
  CHECK(code_128_symbols("123")->front() == 104);
  CHECK(*code_128_symbols("A1234") == Symbols{104, 33, 99, 12, 34, 95, 106});
  CHECK(code_128_symbols("A1234B")->size() == 1 + 6 + 2);
  CHECK(code_128_symbols("A123456B")->size() == 1 + 1 + 1 + 3 + 1 + 1 + 2);
  CHECK(code_128_symbols("A12345")->size() == 1 + 1 + 1 + 1 + 2 + 2);
}

TEST_CASE("what has no symbol gives no barcode") {
  CHECK(!code_128_symbols(""));
  CHECK(!code_128_symbols("æ"));
  CHECK(!code_128_symbols("a\n"));
  CHECK(!code_128_symbols(std::string(81, '1')));
  CHECK(code_128_symbols(std::string(80, '1')).has_value());
}

TEST_CASE("every symbol is 11 modules of three bars and spaces, the stop 13, and none twice") {
  std::set<std::string> seen;
  for (std::uint8_t symbol = 0; symbol <= 106; ++symbol) {
    const auto widths = code_128_widths({symbol});
    CHECK(widths.size() == (symbol == 106 ? 7 : 6));
    CHECK(std::accumulate(widths.begin(), widths.end(), 0) == (symbol == 106 ? 13 : 11));
    CHECK(std::ranges::all_of(widths, [](std::uint8_t width) { return width >= 1 && width <= 4; }));
    CHECK((symbol == 106 || (widths[0] + widths[2] + widths[4]) % 2 == 0));
    CHECK(seen.emplace(widths.begin(), widths.end()).second);
  }
}

TEST_CASE("the sheet has each number as digits and bars, and when and whose it is") {
  const std::string page = block_sheet_html(block_of_two());
  CHECK(count_of(page, "<section") == 2);
  CHECK(page.find(number_of("830000 ", "12345")) != std::string::npos);
  CHECK(page.find(number_of("830000 ", "98765")) != std::string::npos);
  CHECK(count_of(page, "Blokk 17 · 974760673 · gyldig til 2026-08-01 00:30") == 2);
  CHECK(count_of(page, ">Navn<") == 2);
  CHECK(count_of(page, ">Tid<") == 2);
}

TEST_CASE("the bars on the sheet are the number's, between quiet zones") {
  const Block block = block_of_two();
  const std::string page = block_sheet_html(block);
  std::size_t at = 0;
  for (const std::string& number : block.numbers) {
    const auto box = page.find("viewBox=\"0 0 132 ", at);
    REQUIRE(box != std::string::npos);
    at = page.find("<path d=\"", box) + 9;
    const std::string path = page.substr(at, page.find('"', at) - at);
    CHECK(path.starts_with("M10 "));
    const auto widths = code_128_widths(*code_128_symbols(number));
    CHECK(widths_in(path) == widths);
    CHECK(10 + std::accumulate(widths.begin(), widths.end(), 0) + 10 == 132);
  }
}

TEST_CASE("texts are escaped, and the sheet asks for nothing from outside") {
  const std::string page = block_sheet_html(block_of_two());
  CHECK(page.find("<b>") == std::string::npos);
  CHECK(count_of(page, "&lt;b&gt;&quot;Mottak&quot; &amp; &#39;stue&#39;&lt;/b&gt;") == 3);
  CHECK(page.find("&lt;AAAA&gt;") != std::string::npos);
  for (const std::string_view outside :
       {"http:", "https:", "src=", "href", "url(", "@import", "<script", "<link", "<img"}) {
    CHECK_MESSAGE(page.find(outside) == std::string::npos, outside);
  }
  CHECK(page.find("default-src 'none'") != std::string::npos);
}

TEST_CASE("a sheet that is not signed says so") {
  Block block = block_of_two();
  block.signature.clear();
  CHECK(block_sheet_html(block).find("Ikke signert") != std::string::npos);
}
