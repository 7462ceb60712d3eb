// Requests that wait for news: without a thread each, woken, given up, turned away, ended.
#include "api/http/server.h"
#include "tests/http/echo_server.h"
#include "tests/http/raw_client.h"

#include <atomic>
#include <charconv>
#include <chrono>
#include <doctest/doctest.h>
#include <thread>
#include <vector>

using namespace grunndata::api::http;
using namespace grunndata::api::http::testing;
using namespace std::chrono_literals;

namespace {

/// GET /news?N answers the newest number once it is beyond N, or N itself at the end of waiting;
/// GET /late finds news only after it looked; GET /pool/{word} answers with the word.
class NewsServer {
public:
  explicit NewsServer(Limits limits = {}, std::chrono::milliseconds patience = 20s)
      : patience_(patience), server_(make_routes(), options(limits)) {
    REQUIRE(server_.start().has_value());
  }
  ~NewsServer() { static_cast<void>(server_.stop(0ms)); }

  [[nodiscard]] RawClient client() const { return RawClient(server_.port()); }
  Server& server() { return server_; }
  void publish() {
    ++newest_;
    server_.wake_waiting();
  }
  [[nodiscard]] int runs() const { return runs_; }
  [[nodiscard]] bool wait_for_waiting(std::uint64_t count) {
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (server_.stats().waiting != count && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(1ms);
    }
    return server_.stats().waiting == count;
  }

private:
  static ServerOptions options(const Limits& limits) {
    ServerOptions options;
    options.workers = 1;
    options.pool_threads = 1;
    options.limits = limits;
    return options;
  }

  RouteTable make_routes() {
    const auto news = [this](const Request& request, Response& response) {
      ++runs_;
      std::uint64_t seen = 0;
      std::from_chars(request.query.data(), request.query.data() + request.query.size(), seen);
      const std::uint64_t newest = newest_;
      response.body = std::to_string(newest);
      if (newest > seen || request.must_answer) return;
      response.body = "dropped";
      response.waiting.at_most = patience_;
      response.waiting.has_news = [this, newest] { return newest_ > newest; };
      if (request.path == "/late") ++newest_;
    };
    const auto word = [](const Request& request, Response& response) {
      response.body += request.path_parameter("word");
    };
    return RouteTable::build({{Method::get, "/news", "news", Lane::pool_lane, news, {}},
                              {Method::get, "/late", "late", Lane::pool_lane, news, {}},
                              {Method::get, "/pool/{word}", "pool", Lane::pool_lane, word, {}},
                              {Method::get, "/echo/{word}", "echo", Lane::inline_lane, word, {}}})
        .value();
  }

  std::chrono::milliseconds patience_;
  std::atomic<std::uint64_t> newest_{0};
  std::atomic<int> runs_{0};
  Server server_;
};

std::string body_of(RawClient& client) {
  const auto answer = client.read();
  return answer ? std::to_string(answer->status) + " " + answer->body : "nothing";
}

} // namespace

TEST_CASE("hundreds wait on a single thread of the pool, which answers others meanwhile") {
  Limits limits;
  limits.pool_queue_max = 300; // all of them may have come before the pool's thread runs at all
  NewsServer news(limits);
  std::vector<RawClient> waiting;
  for (int i = 0; i < 300; ++i) {
    waiting.push_back(news.client());
    REQUIRE(waiting.back().send(get("/news?0")));
  }
  REQUIRE(news.wait_for_waiting(300));
  RawClient other = news.client();
  CHECK(other.ask(get("/pool/word"))->body == "word");
  const auto begin = std::chrono::steady_clock::now();
  news.publish();
  for (RawClient& client : waiting) CHECK(body_of(client) == "200 1");
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
  CHECK(news.server().stats().waiting == 0);
}

TEST_CASE("patience ends with the answer that there is nothing, however often it was woken") {
  NewsServer news({}, 300ms);
  RawClient client = news.client();
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(client.send(get("/news?9")));
  for (int i = 0; i < 5; ++i) {
    std::this_thread::sleep_for(30ms);
    news.publish(); // news, but none that this one is after
  }
  CHECK(body_of(client) == "200 5");
  const auto took = std::chrono::steady_clock::now() - begin;
  CHECK(took >= 290ms);
  CHECK(took < 5s);
  CHECK(client.ask(get("/echo/still"))->body == "still");
}

TEST_CASE("being woken for nothing does not run the handler") {
  NewsServer news;
  RawClient client = news.client();
  REQUIRE(client.send(get("/news?0")));
  REQUIRE(news.wait_for_waiting(1));
  const int runs = news.runs();
  for (int i = 0; i < 20; ++i) news.server().wake_waiting();
  std::this_thread::sleep_for(50ms);
  CHECK(news.runs() == runs);
  news.publish();
  CHECK(body_of(client) == "200 1");
}

TEST_CASE("news that came between the look and the wait is not missed") {
  NewsServer news;
  RawClient client = news.client();
  CHECK(client.ask(get("/late?0"))->body == "1");
}

TEST_CASE("a client that goes away waits no longer, and nor does one that only stops sending") {
  NewsServer news;
  RawClient gone = news.client();
  RawClient reset = news.client();
  RawClient half = news.client();
  for (RawClient* client : {&gone, &reset, &half}) REQUIRE(client->send(get("/news?0")));
  REQUIRE(news.wait_for_waiting(3));
  const int runs = news.runs();
  gone.close();
  reset.close_abruptly();
  half.shut_write();
  CHECK(news.wait_for_waiting(0));
  news.publish();
  CHECK(news.runs() == runs);
  CHECK(news.server().stop(10s));
}

TEST_CASE("when the server ends, everybody is answered at once") {
  NewsServer news;
  std::vector<RawClient> waiting;
  for (int i = 0; i < 20; ++i) {
    waiting.push_back(news.client());
    REQUIRE(waiting.back().send(get("/news?0")));
  }
  REQUIRE(news.wait_for_waiting(20));
  const auto begin = std::chrono::steady_clock::now();
  news.server().begin_drain();
  for (RawClient& client : waiting) CHECK(body_of(client) == "200 0");
  RawClient late = news.client();
  CHECK(late.ask(get("/news?0"))->body == "0");
  CHECK(news.server().stop(10s));
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
}

TEST_CASE("more than may wait are told to come again") {
  Limits limits;
  limits.waiting_max = 1;
  NewsServer news(limits);
  RawClient first = news.client();
  REQUIRE(first.send(get("/news?0")));
  REQUIRE(news.wait_for_waiting(1));
  RawClient second = news.client();
  const auto refused = second.ask(get("/news?0"));
  REQUIRE(refused.has_value());
  CHECK(refused->status == 503);
  CHECK(refused->header("Retry-After").has_value());
  CHECK(second.ask(get("/echo/on"))->body == "on");
  news.publish();
  CHECK(body_of(first) == "200 1");
}

TEST_CASE("requests sent behind one that waits are answered after it, in order") {
  NewsServer news;
  RawClient client = news.client();
  REQUIRE(client.send(get("/pool/one") + get("/news?0") + get("/echo/two") + get("/news?1")));
  CHECK(body_of(client) == "200 one");
  REQUIRE(news.wait_for_waiting(1));
  REQUIRE(client.send(get("/echo/three")));
  news.publish();
  CHECK(body_of(client) == "200 1");
  CHECK(body_of(client) == "200 two");
  REQUIRE(news.wait_for_waiting(1));
  news.publish();
  CHECK(body_of(client) == "200 2");
  CHECK(body_of(client) == "200 three");
}

TEST_CASE("clients that come, wait and leave at random leave nothing behind") {
  NewsServer news({}, 40ms);
  std::atomic<bool> done{false};
  std::thread publisher([&] {
    while (!done) {
      news.publish();
      std::this_thread::sleep_for(3ms);
    }
  });
  std::vector<std::thread> crowd;
  for (unsigned seed = 0; seed < 4; ++seed) {
    crowd.emplace_back([&news, seed] {
      for (unsigned i = 0; i < 100; ++i) {
        RawClient client = news.client();
        if (!client.send(get("/news?1000000"))) continue;
        const unsigned what = (seed + i * 7) % 4;
        if (what == 0) client.close_abruptly();
        if (what == 1) client.shut_write();
        if (what >= 2 && body_of(client).empty()) return;
      }
    });
  }
  for (std::thread& one : crowd) one.join();
  done = true;
  publisher.join();
  CHECK(news.wait_for_waiting(0));
  CHECK(news.server().stop(10s));
}
