#include "tests/leak/asker.h"

#include "tests/api/registry_fixture.h"

#include <algorithm>

namespace grunndata::leak {

namespace {

using api::http::Method;

const std::vector<std::pair<std::string, std::string>> v2{{"api-version", "2"}};

} // namespace

void Asker::begin(const api::RouteFacts& facts) { facts_ = &facts; }

std::string Asker::path(std::string_view parameter) const {
  std::string path(facts_->path);
  if (const auto open = path.find('{'); open != path.npos) {
    path.replace(open, path.find('}') + 1 - open, parameter);
  }
  return path;
}

Told Asker::send(const std::string& question, const Ask& ask) {
  Told told = world_.ask(access_, ask);
  exchanges_.push_back({std::string(facts_->operation_id) + ' ' + question, told});
  return told;
}

void Asker::get(const std::string& query, const std::vector<std::string>& parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    send('#' + std::to_string(i) + query, {Method::get, path(parameters[i]) + query});
  }
}

void Asker::get_v2(const std::string& query, const std::vector<std::string>& parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    send('#' + std::to_string(i) + query, {Method::get, path(parameters[i]) + query, {}, v2});
  }
}

void Asker::post_form(const std::string& query, const std::string& body) {
  Ask ask{Method::post, path() + query, body, v2};
  ask.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  const bool names_ids = body.find("personIds=") != body.npos;
  send(query + ' ' + (names_ids ? std::to_string(body.size()) + " bytes of ids" : body), ask);
}

void Asker::post_json(const std::string& body) {
  send(body, {Method::post, path(), body, {{"Content-Type", "application/json"}}});
}

void Asker::get_if_changed(const std::string& query, const std::vector<std::string>& parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string question = '#' + std::to_string(i) + query;
    Ask ask{Method::get, path(parameters[i]) + query};
    std::string& tag = tags_[std::string(facts_->path) + question];
    if (!tag.empty()) {
      ask.headers = {{"If-None-Match", tag}};
      send(question + " if changed since the last time", ask);
      ask.headers.clear();
    }
    tag = send(question, ask).etag;
    ask.headers = {{"If-None-Match", tag}};
    send(question + " if changed", ask);
    ask.method = Method::head;
    ask.headers.clear();
    send(question + " head", ask);
  }
}

std::vector<std::string> Asker::numbers() const {
  std::vector<std::string> numbers = world_.numbers();
  numbers.push_back(api::fnr(100)); // nobody's
  return numbers;
}

std::vector<std::string> Asker::ids() const {
  std::vector<std::string> ids;
  for (const std::string& number : world_.numbers()) {
    for (const std::string& id : world_.ids_of(number)) {
      if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
    }
  }
  ids.emplace_back(32, '0'); // nobody's
  ids.emplace_back("no-id");
  return ids;
}

} // namespace grunndata::leak
