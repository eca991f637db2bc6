// Reads and checks an answer that arrives in pieces of any size.
#pragma once
#include "primes.hpp"
#include "wire.hpp"
#include <algorithm>

/** N and sum of the right answer to an interval, computed once by the sieve of the C++ servers. */
struct Expected {
  int32_t a = 0, b = 0;
  uint32_t count = 0;
  int64_t sum = 0;

  Expected(int32_t a, int32_t b) : a(a), b(b) {
    static primes::Cell cell;
    static uint32_t chunk[16384];
    primes::Answer answer(a, b);
    while (!answer.countSlice(cell)) continue;
    count = answer.count();
    while (answer.bytesLeft() > 0) answer.advance(chunk, 4 * answer.fill(cell, chunk, std::size(chunk)));
    sum = answer.sum();
  }
};

class AnswerReader {
public:
  /** Whether N is known. */
  bool counted() const { return counted_; }
  /** Whether the last byte has arrived. */
  bool done() const { return counted_ && bytesLeft_ == 0; }
  int64_t sum() const { return sum_; }

  /** Takes bytes without checking primes. Returns false after a refusal, or if there are more bytes than 4 N. */
  bool count(const uint8_t *bytes, std::size_t size) {
    const std::size_t ofHead = takeHead(bytes, size);
    if (size - ofHead > bytesLeft_ || refused_) return false;
    bytesLeft_ -= size - ofHead;
    return true;
  }

  /** Takes bytes and checks them. Returns false if the answer can't be the expected one. */
  bool check(const uint8_t *bytes, std::size_t size, const Expected &expected) {
    if (!counted_) {
      const std::size_t ofHead = takeHead(bytes, size);
      if (!counted_) return true;
      if (refused_ || bytesLeft_ != uint64_t{expected.count} * 4) return false;
      previous_ = int64_t{expected.a} - 1;
      bytes += ofHead;
      size -= ofHead;
    }
    if (size > bytesLeft_) return false;
    bytesLeft_ -= size;
    bool ascending = true;
    for (; size > 0 && partSize_ > 0; bytes++, size--) {
      part_[partSize_++] = *bytes;
      if (partSize_ == sizeof part_) {
        ascending &= take(part_);
        partSize_ = 0;
      }
    }
    for (; size >= wire::PRIME_BYTES; bytes += wire::PRIME_BYTES, size -= wire::PRIME_BYTES) ascending &= take(bytes);
    std::memcpy(part_ + partSize_, bytes, size);
    partSize_ += size;
    if (!ascending || bytesLeft_ > 0) return ascending;
    // The primes ascend from the lower bound on, so only the last one can be too large.
    return (expected.count == 0 || previous_ <= expected.b) && sum_ == expected.sum;
  }

private:
  std::size_t takeHead(const uint8_t *bytes, std::size_t size) {
    if (counted_) return 0;
    const std::size_t taken = std::min(size, wire::COUNT_BYTES - partSize_);
    std::memcpy(part_ + partSize_, bytes, taken);
    partSize_ += taken;
    if (partSize_ < wire::COUNT_BYTES) return taken;
    const int32_t count = wire::readInt32(part_);
    partSize_ = 0;
    counted_ = true;
    refused_ = count < 0;
    bytesLeft_ = refused_ ? 0 : 4 * static_cast<uint64_t>(count);
    return taken;
  }

  bool take(const uint8_t *bytes) {
    const int32_t prime = wire::readInt32(bytes);
    const bool ascending = prime > previous_;
    previous_ = prime;
    sum_ += prime;
    return ascending;
  }

  bool counted_ = false, refused_ = false;
  /** The first bytes of an integer whose rest has not arrived. */
  uint8_t part_[4];
  std::size_t partSize_ = 0;
  uint64_t bytesLeft_ = 0;
  int64_t previous_ = 0, sum_ = 0;
};
