// The most that a program in C++ can stream: it answers with the right N, and with zeros instead of primes.
//
// It works like epoll-server, but a chunk of the answer is in memory from the start and never written again. What
// remains is the loop, and the kernel's copying. With `whole` it shows what a server could do that keeps all primes in
// memory in their wire format: each byte of the widest answer has its own address.
//
// Usage: zero-server PORT [SEND_BYTES [whole]]
#include "epoll-loop.hpp"
#include <sys/mman.h>

namespace {

const int32_t MAX_INT32 = 2147483647;
/** The number of primes below 2^31, https://oeis.org/A007053, so that the widest answer begins without counting. */
const uint32_t PRIMES_IN_INT32 = 105097565;
/** All bytes of that answer; null if they come from one buffer. */
const uint8_t *whole = nullptr;

class ZeroAnswer {
public:
  ZeroAnswer() = default;
  ZeroAnswer(int32_t a, int32_t b) : counter_(a, b), count_(a <= 2 && b == MAX_INT32 ? PRIMES_IN_INT32 : 0) {}

  bool countSlice(primes::Cell &cell) {
    if (count_ > 0) return true;
    if (!counter_.countSlice(cell)) return false;
    count_ = counter_.count();
    return true;
  }
  uint32_t count() const { return count_; }
  /** No client can know the right sum of these primes. */
  bool confirmedBy(int64_t) const { return true; }
  uint64_t bytesLeft() const { return wire::PRIME_BYTES * uint64_t{count_} - passed_; }
  std::size_t within() const { return passed_ % wire::PRIME_BYTES; }
  std::size_t fill(primes::Cell &, uint32_t *, std::size_t room) const {
    return std::min<uint64_t>(room, count_ - passed_ / wire::PRIME_BYTES);
  }
  const uint8_t *stored() const { return whole == nullptr ? nullptr : whole + passed_; }
  void advance(const uint32_t *, std::size_t bytes) { passed_ += bytes; }

private:
  primes::Answer counter_;
  uint32_t count_ = 0;
  uint64_t passed_ = 0;
};

} // namespace

int main(int argc, char **argv) {
  if (argc < 2 || argc > 4 || (argc == 4 && std::strcmp(argv[3], "whole") != 0)) {
    std::fprintf(stderr, "usage: zero-server PORT [SEND_BYTES [whole]]\n");
    return 2;
  }
  const auto sendBytes = argc >= 3 ? wire::integerArgument("SEND_BYTES", argv[2], wire::PRIME_BYTES, 1 << 30) : 65536;
  wire::raiseDescriptorLimit();
  if (argc == 4) {
    // Populated for writing, so that each page is real memory and not the kernel's shared page of zeros.
    const std::size_t bytes = wire::PRIME_BYTES * std::size_t{PRIMES_IN_INT32};
    void *const memory =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED) wire::fail("reserve memory for all primes");
    whole = static_cast<const uint8_t *>(memory);
  }
  static EpollLoop<ZeroAnswer> loop;
  const int listener = wire::listenOn(wire::portArgument(argv[1]), SOCK_NONBLOCK);
  loop.run(listener, static_cast<std::size_t>(sendBytes) / wire::PRIME_BYTES);
}
