// Populations as parsed JSON, for tests that look at what was generated.
#pragma once

#include "tools/generate/population.h"

#include <functional>
#include <string>
#include <string_view>

namespace simdjson::dom {
class array;
class object;
} // namespace simdjson::dom

namespace grunndata::generate {

std::string documents(const PopulationOptions& options);

void for_each_line(std::string_view text, const std::function<void(std::string_view)>& call);

/// Parses every document; a parse error is an exception and fails the test.
void for_each_document(const PopulationOptions& options,
                       const std::function<void(simdjson::dom::object)>& call);

/// The text of a property; empty when there is none.
std::string text_at(simdjson::dom::object object, std::string_view key);

/// The rows of an element; none when the document lacks it.
simdjson::dom::array rows_at(simdjson::dom::object object, std::string_view key);

bool is_current(simdjson::dom::object row);

} // namespace grunndata::generate
