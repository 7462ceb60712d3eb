#include "api/access/right.h"

namespace grunndata::api::access {

namespace {

// In the order of the enum.
constexpr std::array<std::string_view, right_count> names{"person.read",
                                                          "person.read-with-legal-basis",
                                                          "person.search",
                                                          "person.bulk",
                                                          "events.read",
                                                          "export.read",
                                                          "hjelpenummer.issue",
                                                          "hjelpenummer.link",
                                                          "hjelpenummer.block",
                                                          "hjelpenummer.review",
                                                          "hpr.read",
                                                          "org.read",
                                                          "admin",
                                                          "audit.read",
                                                          "events.subscribe",
                                                          "org.curate"};

} // namespace

std::string_view name_of(Right right) noexcept { return names[static_cast<std::size_t>(right)]; }

std::optional<Right> right_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Right>(i);
  }
  return std::nullopt;
}

} // namespace grunndata::api::access
