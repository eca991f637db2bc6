// The sieve that the servers in C++ share: the primes of [a, b] for every pair of int32, in bounded memory.
//
// Method: a segmented sieve of Eratosthenes over the odd numbers, one bit each (Bays & Hudson, "The segmented sieve of
// Eratosthenes and arithmetic progressions to 10^12", BIT 17, 1977). The number line is divided into cells of 2^18
// numbers: their bits are 16 KB, half of a level 1 cache, and the primes of most cells fit one send(2) of 64 KB, so
// that clients that take turns don't cause a cell to be sieved twice. Only the words of a cell that the interval needs
// are sieved, so that the cost of a short interval depends on its length. Counts are kept for whole cells, 32 KB in
// all.
//
// An Answer is a cursor of a few words: many clients take turns with one Cell.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace primes {

const uint32_t CELL_SPAN = 1u << 18;
const uint32_t CELLS = (1u << 31) / CELL_SPAN;
/** One word has the 64 odd numbers of 128. */
const uint32_t WORD_SPAN = 128;
/** The pattern of multiples of 3, 5, 7 and 11 repeats after this many words. */
const uint32_t PATTERN_WORDS = 3 * 5 * 7 * 11;
const uint32_t PATTERN_PRIMES[] = {3, 5, 7, 11};

/** Constants for sieving any cell; read-only once made. */
struct Tables {
  /** The odd primes from 13 to the root of 2^31. */
  std::vector<uint32_t> base;
  uint64_t pattern[PATTERN_WORDS];

  Tables() {
    std::vector<bool> composite(46342);
    for (uint32_t p = 3; p < composite.size(); p += 2) {
      if (composite[p]) continue;
      if (p > 11) base.push_back(p);
      for (uint32_t multiple = p * p; multiple < composite.size(); multiple += 2 * p) composite[multiple] = true;
    }
    std::fill(std::begin(pattern), std::end(pattern), ~uint64_t{0});
    for (const uint32_t p : PATTERN_PRIMES) {
      for (uint32_t bit = p / 2; bit < PATTERN_WORDS * 64; bit += p) pattern[bit / 64] &= ~(uint64_t{1} << bit % 64);
    }
  }
};
inline const Tables tables;

/** The number of primes of each whole cell; 0 until it was counted (every cell has some). Written by any thread. */
inline std::atomic<uint32_t> cellCounts[CELLS];

/** The sieved bits of a part of one cell. Bit i of the cell is the number start + 2i + 1, but 1 stands for 2. */
class Cell {
public:
  /** Sieves the part [low, high] of the cell that contains both, 2 <= low <= high, unless it is sieved already. */
  void sieve(uint32_t low, uint32_t high) {
    if (low >= low_ && high <= high_) return;
    low_ = low;
    high_ = high;
    start_ = low / CELL_SPAN * CELL_SPAN;
    const uint32_t from = (low - start_) / WORD_SPAN, end = (high - start_) / WORD_SPAN + 1;
    copyPattern(from, end);
    const uint32_t fromNumber = start_ + from * WORD_SPAN, endBit = end * 64;
    for (const uint32_t p : tables.base) {
      if (p * p > high) break;
      // The first odd multiple of p that is neither below the words nor below p * p; fits 32 bits, as high < 2^31.
      uint32_t multiple = (fromNumber + p - 1) / p;
      multiple = std::max(multiple | 1, p) * p;
      for (uint32_t bit = (multiple - start_) / 2; bit < endBit; bit += p) {
        words_[bit / 64] &= ~(uint64_t{1} << bit % 64);
      }
    }
  }

  /** The number of primes in [low, high], a part of what is sieved. */
  uint32_t count(uint32_t low, uint32_t high) const {
    uint32_t count = 0;
    forEachWord(low, high, [&](uint32_t, uint64_t word) {
      count += static_cast<uint32_t>(__builtin_popcountll(word));
      return true;
    });
    return count;
  }

  /** Writes at most room primes of [low, high], a part of what is sieved, as big-endian int32. Returns how many. */
  std::size_t expand(uint32_t low, uint32_t high, uint32_t *out, std::size_t room) const {
    uint32_t *next = out, *const end = out + room;
    forEachWord(low, high, [&](uint32_t first, uint64_t word) {
      for (; word != 0; word &= word - 1) {
        if (next == end) return false;
        *next++ = __builtin_bswap32(first + 2 * static_cast<uint32_t>(__builtin_ctzll(word)) + 1);
      }
      return true;
    });
    if (low <= 2 && next != out) out[0] = __builtin_bswap32(2);
    return static_cast<std::size_t>(next - out);
  }

private:
  void copyPattern(uint32_t from, uint32_t end) {
    uint32_t at = (start_ / WORD_SPAN + from) % PATTERN_WORDS;
    for (uint32_t word = from; word < end; at = 0) {
      const uint32_t length = std::min(end - word, PATTERN_WORDS - at);
      std::memcpy(words_ + word, tables.pattern + at, length * sizeof(uint64_t));
      word += length;
    }
    if (start_ == 0 && from == 0) {
      for (const uint32_t p : PATTERN_PRIMES) words_[0] |= uint64_t{1} << p / 2;
    }
  }

  /** Calls use(start, bits) for the words of [low, high], without the bits of other numbers, until it returns false. */
  template <class Use> void forEachWord(uint32_t low, uint32_t high, Use use) const {
    const uint32_t firstBit = low <= 2 ? 0 : (low - start_) / 2;
    // A cell starts with an even number, so [start, start] has no odd number.
    if (high == start_) return;
    const uint32_t lastBit = (high - start_ - 1) / 2;
    if (firstBit > lastBit) return;
    for (uint32_t word = firstBit / 64; word <= lastBit / 64; word++) {
      uint64_t bits = words_[word];
      if (word == firstBit / 64) bits &= ~uint64_t{0} << firstBit % 64;
      if (word == lastBit / 64) bits &= ~uint64_t{0} >> (63 - lastBit % 64);
      if (!use(start_ + word * WORD_SPAN, bits)) return;
    }
  }

  uint32_t start_ = 0, low_ = 1, high_ = 0;
  uint64_t words_[CELL_SPAN / WORD_SPAN];
};

/** The answer to one request: first its count, computed in slices, then its bytes, from a cursor on. */
class Answer {
public:
  Answer() = default;
  Answer(int32_t a, int32_t b)
      : high_(static_cast<uint32_t>(std::max(b, 0))), at_(static_cast<uint32_t>(std::max(a, 2))), counted_(at_) {}

  /** Counts one more cell. Returns whether the count is complete. */
  bool countSlice(Cell &cell) {
    if (counted_ > high_) return true;
    const uint32_t index = counted_ / CELL_SPAN, last = std::min(high_, lastOf(counted_));
    const bool whole = last - counted_ == CELL_SPAN - 1;
    uint32_t count = whole ? cellCounts[index].load(std::memory_order_relaxed) : 0;
    if (count == 0) {
      cell.sieve(counted_, last);
      count = cell.count(counted_, last);
      if (whole) cellCounts[index].store(count, std::memory_order_relaxed);
    }
    count_ += count;
    counted_ = last + 1;
    return counted_ > high_;
  }

  /** N, once countSlice() has returned true. */
  uint32_t count() const { return count_; }
  /** The sum of the primes that advance() has completely passed. */
  int64_t sum() const { return sum_; }
  /** Whether a client has received what advance() has passed. */
  bool confirmedBy(int64_t sum) const { return sum == sum_; }
  /** The bytes, of 4 N, that advance() has not passed. */
  uint64_t bytesLeft() const { return 4 * uint64_t{count_ - passed_} - within_; }

  /**
   * Writes primes from the cursor on, all of one cell: at most room, at least one if any are left. Of the first prime,
   * within() bytes were sent before. Returns the number of primes.
   */
  std::size_t fill(Cell &cell, uint32_t *out, std::size_t room) {
    for (uint32_t at = at_; at <= high_;) {
      const uint32_t last = std::min(high_, lastOf(at));
      cell.sieve(at, last);
      const std::size_t filled = cell.expand(at, last, out, room);
      if (filled > 0) return filled;
      at_ = at = last + 1;
    }
    return 0;
  }

  /** How many bytes of the next prime were sent, 0 to 3. */
  std::size_t within() const { return within_; }

  /** The bytes from the cursor on, if the whole answer is in memory; here it is not. */
  const uint8_t *stored() const { return nullptr; }

  /** Moves the cursor by a number of bytes that fill() wrote, from within() on. */
  void advance(const uint32_t *filled, std::size_t bytes) {
    const std::size_t whole = (within_ + bytes) / 4;
    for (std::size_t i = 0; i < whole; i++) sum_ += __builtin_bswap32(filled[i]);
    if (whole > 0) at_ = __builtin_bswap32(filled[whole - 1]) + 1;
    within_ = (within_ + bytes) % 4;
    passed_ += static_cast<uint32_t>(whole);
  }

private:
  /** The last number of the cell that contains a number. */
  static uint32_t lastOf(uint32_t number) { return number | (CELL_SPAN - 1); }

  uint32_t high_ = 0, at_ = 2, counted_ = 2;
  uint32_t count_ = 0, passed_ = 0;
  std::size_t within_ = 0;
  int64_t sum_ = 0;
};

} // namespace primes
