#include "tests/sync/following_client.h"

#include "tests/program/served_registry.h"

#include <doctest/doctest.h>

#include <set>

namespace grunndata::tests {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds nap{20};

/// Every text of a member, in order.
std::vector<std::string> texts_of(const std::string& json, const std::string& name) {
  const std::string start = '"' + name + "\":\"";
  std::vector<std::string> texts;
  for (std::size_t at = json.find(start); at != std::string::npos; at = json.find(start, at)) {
    at += start.size();
    texts.push_back(json.substr(at, json.find('"', at) - at));
  }
  return texts;
}

std::vector<std::uint64_t> numbers_of(const std::string& json, const std::string& name) {
  const std::string start = '"' + name + "\":";
  std::vector<std::uint64_t> numbers;
  for (std::size_t at = json.find(start); at != std::string::npos; at = json.find(start, at)) {
    at += start.size();
    numbers.push_back(std::strtoull(json.c_str() + at, nullptr, 10));
  }
  return numbers;
}

} // namespace

std::string FollowingClient::path_of(const std::string& id) {
  return "/v1/person/" + id + "?parts=NorwegianIdentificationNumber,Status,Death&history=true";
}

bool FollowingClient::catch_up() const {
  const std::uint64_t before = rests_;
  const auto until = std::chrono::steady_clock::now() + RunningProgram::patience;
  while (rests_ < before + 2) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(nap);
  }
  return true;
}

void FollowingClient::stop() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void FollowingClient::run() {
  while (!stop_) {
    const std::uint16_t port = port_;
    if (port == 0 || !read_page(port)) std::this_thread::sleep_for(nap);
  }
}

/// One page, and whom it is about. The cursor moves when all of it is in the copy. False when there
/// is nothing more, or nobody answers.
bool FollowingClient::read_page(std::uint16_t port) {
  Connection connection(port);
  if (!connection.is_connected()) return false;
  const std::string query = cursor_.empty() ? "?limit=500" : "?limit=500&after=" + cursor_;
  const auto page = connection.ask(request("GET", "/v1/events" + query));
  if (!page || page->status != 200) return false;
  const std::vector<std::string> persons = texts_of(page->body, "personId");
  for (const std::string& id : std::set<std::string>(persons.begin(), persons.end())) {
    const auto person = connection.ask(request("GET", path_of(id)));
    if (!person || person->status != 200) return false;
    const std::string whose = texts_of(person->body, "id").front();
    if (whose != id) copy_.erase(id); // merged into another
    copy_[whose] = person->body;
  }
  for (const std::uint64_t number : numbers_of(page->body, "sequenceNumber")) {
    disordered_ += number <= newest_ ? 1 : 0;
    newest_ = number;
  }
  cursor_ = texts_of(page->body, "nextCursor").back();
  events_ += persons.size();
  if (!persons.empty()) return true;
  ++rests_;
  return false;
}

} // namespace grunndata::tests
