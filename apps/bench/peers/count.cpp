// The peer of countPrimes() on short intervals: what `primesieve -t1` does, without starting a process.
//
// It counts the primes in [a, a + LENGTH - 1] for each lower bound a on standard input, one a line, PASSES times; the
// shortest time of a pass counts, divided by the number of intervals.
//
// Usage: count LENGTH PASSES
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <primesieve.hpp>
#include <vector>

int main(int argc, char **argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: count LENGTH PASSES\n");
    return 2;
  }
  const uint64_t length = std::strtoull(argv[1], nullptr, 10);
  const int passes = std::atoi(argv[2]);
  std::vector<uint64_t> starts;
  for (unsigned long long start; std::scanf("%llu", &start) == 1;) starts.push_back(start);
  primesieve::set_num_threads(1);
  double leastMs = 1e300;
  uint64_t count = 0;
  for (int pass = 0; pass < passes; pass++) {
    const auto begin = std::chrono::steady_clock::now();
    count = 0;
    for (const uint64_t start : starts) count += primesieve::count_primes(start, start + length - 1);
    const std::chrono::duration<double, std::milli> elapsedMs = std::chrono::steady_clock::now() - begin;
    leastMs = std::min(leastMs, elapsedMs.count());
  }
  std::printf("{\"elapsedMs\": %.9f, \"result\": \"%llu\"}\n", leastMs / static_cast<double>(starts.size()),
              static_cast<unsigned long long>(count));
}
