#include "api/access/fifo_cache.h"
#include "api/access/proof_memory.h"

#include <doctest/doctest.h>

#include <atomic>
#include <barrier>
#include <string>
#include <thread>
#include <vector>

using namespace grunndata::api::access;
using grunndata::registry::Instant;
using Answer = ProofMemory::Answer;

namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::chrono::seconds lifetime{20};

Digest key_of(int number) { return sha256({std::to_string(number)}); }

} // namespace

TEST_CASE("a proof is fresh once, and again only when it is long past its time") {
  ProofMemory memory(100, lifetime);
  CHECK(memory.insert(key_of(1), 1'000, {1'000 * second}) == Answer::fresh);
  CHECK(memory.insert(key_of(1), 1'000, {1'000 * second}) == Answer::replayed);
  CHECK(memory.insert(key_of(1), 1'000, {1'020 * second}) == Answer::replayed);
  CHECK(memory.insert(key_of(2), 1'000, {1'000 * second}) == Answer::fresh);
  CHECK(memory.size() == 2);
  CHECK(memory.insert(key_of(1), 1'021, {1'021 * second}) == Answer::fresh);
}

TEST_CASE("a full memory refuses new proofs and forgets none early") {
  constexpr int proofs_max = 50;
  ProofMemory memory(proofs_max, lifetime);
  for (int i = 0; i < proofs_max; ++i) {
    CHECK(memory.insert(key_of(i), 1'000, {1'000 * second}) == Answer::fresh);
  }
  CHECK(memory.insert(key_of(proofs_max), 1'000, {1'010 * second}) == Answer::full);
  for (int i = 0; i < proofs_max; ++i) {
    CHECK(memory.insert(key_of(i), 1'000, {1'020 * second}) == Answer::replayed);
  }
  CHECK(memory.size() == proofs_max);
  // All are past their time now: there is room, wherever they lie.
  CHECK(memory.insert(key_of(proofs_max), 1'021, {1'021 * second}) == Answer::fresh);
  CHECK(memory.size() <= proofs_max);
}

TEST_CASE("a clock that is set back does not make a used proof fresh") {
  ProofMemory memory(100, lifetime);
  CHECK(memory.insert(key_of(1), 1'000, {1'000 * second}) == Answer::fresh);
  // Forgotten, when a proof comes by after its time …
  for (int i = 2; i < 500; ++i) {
    if (memory.insert(key_of(i), 1'030, {1'030 * second}) == Answer::full) break;
  }
  CHECK(memory.forgotten_until() == 1'000);
  // … and the clock is back where it was.
  CHECK(memory.insert(key_of(1), 1'000, {1'001 * second}) == Answer::replayed);
}

TEST_CASE("of many threads with the same proof exactly one finds it fresh") {
  constexpr int thread_count = 8;
  constexpr int proof_count = 2'000;
  ProofMemory memory(std::size_t{proof_count} + 1, lifetime);
  std::vector<std::atomic<int>> fresh(proof_count);
  std::barrier start(thread_count);
  std::vector<std::thread> threads;
  for (int t = 0; t < thread_count; ++t) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      for (int i = 0; i < proof_count; ++i) {
        if (memory.insert(key_of(i), 1'000, {1'000 * second}) == Answer::fresh) ++fresh[i];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& count : fresh) CHECK(count == 1);
  CHECK(memory.size() == proof_count);
}

TEST_CASE("a bounded table forgets what came first, and what is stale before that") {
  FifoCache<std::string, int, std::hash<std::string>> cache(3);
  const auto never = [](int) { return false; };
  for (int i = 0; i < 3; ++i) cache.insert(std::to_string(i), i, never);
  CHECK(cache.find(std::string("0")) == 0);
  cache.insert("1", 10, never); // replaced, not added
  CHECK(cache.size() == 3);
  cache.insert("3", 3, never);
  CHECK(!cache.find(std::string("0")));
  CHECK(cache.find(std::string("1")) == 10);
  cache.insert("4", 4, [](int value) { return value == 10 || value == 2; });
  CHECK(!cache.find(std::string("1")));
  CHECK(!cache.find(std::string("2")));
  CHECK(cache.size() == 2);
}
