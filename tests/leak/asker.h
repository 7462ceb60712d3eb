// Puts the questions of the cases to a world and keeps what it was told.
#pragma once

#include "tests/leak/world.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::leak {

/// One answer, and what was asked in words that hold no id.
struct Exchange {
  std::string question;
  Told told;
};

class Asker {
public:
  Asker(World& world, registry::Access access) : world_(world), access_(access) {}

  /// Questions from now on go to this route.
  void begin(const api::RouteFacts& facts);

  /// The route's path; `{…}` filled in.
  [[nodiscard]] std::string path(std::string_view parameter = {}) const;
  /// Asks; `question` is unique within the case and names nobody.
  Told send(const std::string& question, const Ask& ask);

  // The ways of asking that several cases share. `query` begins with '?' or is empty.
  void get(const std::string& query, const std::vector<std::string>& parameters = {""});
  void get_v2(const std::string& query, const std::vector<std::string>& parameters = {""});
  void post_form(const std::string& query, const std::string& body);
  void post_json(const std::string& body);
  /// Also with HEAD, and with If-None-Match of the answer before.
  void get_if_changed(const std::string& query, const std::vector<std::string>& parameters);

  World& world() { return world_; }
  [[nodiscard]] registry::Access access() const { return access_; }
  /// Every number of the story and one that nobody has.
  [[nodiscard]] std::vector<std::string> numbers() const;
  /// Every id those numbers ever led to, and two that nobody has.
  [[nodiscard]] std::vector<std::string> ids() const;
  [[nodiscard]] const std::vector<Exchange>& exchanges() const { return exchanges_; }

private:
  World& world_;
  registry::Access access_;
  const api::RouteFacts* facts_ = nullptr;
  std::map<std::string, std::string> tags_; ///< by question: the last ETag
  std::vector<Exchange> exchanges_;
};

} // namespace grunndata::leak
