// The peer of the pool in C++: a thread for each connection, with blocking calls.
//
// It follows the lectures: accept(2), pthread_create(3), and then a sequential conversation. The thread's cell and
// chunk are on its stack, which the C library keeps for the next thread, so a new client costs no allocation.
//
// Usage: pthread-server PORT
#include "primes.hpp"
#include "wire.hpp"
#include <pthread.h>

namespace {

/** 64 KB a send(2), as our servers do. */
const std::size_t CHUNK_PRIMES = 16384;
/** Three times what cell and chunk need. The default of 8 MB would use up address space with thousands of threads. */
const std::size_t STACK_BYTES = 256 * 1024;

bool receiveAll(int fd, uint8_t *message, std::size_t size) {
  // With MSG_WAITALL, recv(2) returns less only at the end of the connection or after an error.
  return recv(fd, message, size, MSG_WAITALL) == static_cast<ssize_t>(size);
}

bool sendAll(int fd, const uint8_t *bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

/** Answers one request, and waits for the sum. Returns false when the client is gone. */
bool exchange(int fd, primes::Cell &cell, uint32_t *output) {
  uint8_t message[wire::REQUEST_BYTES];
  if (!receiveAll(fd, message, sizeof message)) return false;
  primes::Answer answer(wire::readInt32(message), wire::readInt32(message + 4));
  while (!answer.countSlice(cell)) continue;
  output[0] = __builtin_bswap32(answer.count());
  // N is sent together with the first primes.
  std::size_t head = 1;
  do {
    const std::size_t filled = answer.fill(cell, output + head, CHUNK_PRIMES);
    if (!sendAll(fd, reinterpret_cast<uint8_t *>(output), (head + filled) * wire::PRIME_BYTES)) return false;
    answer.advance(output + head, filled * wire::PRIME_BYTES);
    head = 0;
  } while (answer.bytesLeft() > 0);
  if (!receiveAll(fd, message, wire::SUM_BYTES)) return false;
  if (!answer.confirmedBy(wire::readInt64(message))) wire::reportWrongSum();
  return true;
}

void *serve(void *argument) {
  const int fd = static_cast<int>(reinterpret_cast<intptr_t>(argument));
  primes::Cell cell;
  uint32_t output[1 + CHUNK_PRIMES];
  while (exchange(fd, cell, output)) continue;
  close(fd);
  return nullptr;
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: pthread-server PORT\n");
    return 2;
  }
  wire::raiseDescriptorLimit();
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  const int listener = wire::listenOn(wire::portArgument(argv[1]), 0);
  for (;;) {
    const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    pthread_t thread;
    void *const argument = reinterpret_cast<void *>(static_cast<intptr_t>(fd));
    if (pthread_create(&thread, &attributes, serve, argument) != 0) close(fd);
  }
}
