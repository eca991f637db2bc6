// The peer of the select server in C++: the conversation on one thread with epoll(7), see epoll-loop.hpp.
//
// Usage: epoll-server PORT
#include "epoll-loop.hpp"

/** 64 KB a send(2), as our servers do. */
static const std::size_t CHUNK_PRIMES = 16384;

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: epoll-server PORT\n");
    return 2;
  }
  wire::raiseDescriptorLimit();
  static EpollLoop<primes::Answer> loop;
  loop.run(wire::listenOn(wire::portArgument(argv[1]), SOCK_NONBLOCK), CHUNK_PRIMES);
}
