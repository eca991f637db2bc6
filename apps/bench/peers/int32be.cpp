// The peer of PrimeStream: the primes of [0, LIMIT] as big-endian int32 in chunks of 64 KB, by libprimesieve's
// iterator.
//
// The work is done PASSES times; the shortest time counts. A last pass, not timed, adds up the primes.
//
// Usage: int32be LIMIT PASSES
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <primesieve.hpp>

static const std::size_t CHUNK_PRIMES = 16384;
static uint32_t chunk[CHUNK_PRIMES];

/** Calls use(count) for each chunk. */
template <class Use> static void stream(uint64_t limit, Use use) {
  primesieve::iterator iterator(0, limit);
  std::size_t count = 0;
  for (uint64_t prime = iterator.next_prime(); prime <= limit; prime = iterator.next_prime()) {
    chunk[count++] = __builtin_bswap32(static_cast<uint32_t>(prime));
    if (count == CHUNK_PRIMES) {
      use(count);
      count = 0;
    }
  }
  use(count);
}

int main(int argc, char **argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: int32be LIMIT PASSES\n");
    return 2;
  }
  const uint64_t limit = std::strtoull(argv[1], nullptr, 10);
  const int passes = std::atoi(argv[2]);
  double leastMs = 1e300;
  for (int pass = 0; pass < passes; pass++) {
    const auto begin = std::chrono::steady_clock::now();
    // The compiler must assume that each chunk is read.
    stream(limit, [](std::size_t) { asm volatile("" : : "r"(chunk) : "memory"); });
    const std::chrono::duration<double, std::milli> elapsedMs = std::chrono::steady_clock::now() - begin;
    leastMs = std::min(leastMs, elapsedMs.count());
  }
  uint64_t count = 0, sum = 0;
  stream(limit, [&](std::size_t primes) {
    count += primes;
    for (std::size_t i = 0; i < primes; i++) sum += __builtin_bswap32(chunk[i]);
  });
  std::printf("{\"elapsedMs\": %.6f, \"result\": \"%llu primes, sum %llu\"}\n", leastMs,
              static_cast<unsigned long long>(count), static_cast<unsigned long long>(sum));
}
