// Sockets and the wire protocol (packages/protocol/SPEC.md) for the programs in C++.
#pragma once
#include <arpa/inet.h>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace wire {

const std::size_t REQUEST_BYTES = 8, COUNT_BYTES = 4, PRIME_BYTES = 4, SUM_BYTES = 8;

inline int32_t readInt32(const uint8_t *bytes) {
  uint32_t value;
  std::memcpy(&value, bytes, sizeof value);
  return static_cast<int32_t>(__builtin_bswap32(value));
}
inline int64_t readInt64(const uint8_t *bytes) {
  uint64_t value;
  std::memcpy(&value, bytes, sizeof value);
  return static_cast<int64_t>(__builtin_bswap64(value));
}
inline void writeInt32(uint8_t *bytes, int32_t value) {
  const uint32_t swapped = __builtin_bswap32(static_cast<uint32_t>(value));
  std::memcpy(bytes, &swapped, sizeof swapped);
}
inline void writeInt64(uint8_t *bytes, int64_t value) {
  const uint64_t swapped = __builtin_bswap64(static_cast<uint64_t>(value));
  std::memcpy(bytes, &swapped, sizeof swapped);
}

/** Ends the program, and prints the action and the error of the system call. */
[[noreturn]] inline void fail(const char *action) {
  std::fprintf(stderr, "cannot %s: %s\n", action, std::strerror(errno));
  std::exit(1);
}

/** Reads an argument that must be a whole number from least to most; ends the program if it isn't. */
inline long long integerArgument(const char *name, const char *text, long long least, long long most) {
  char *end;
  errno = 0;
  const long long value = std::strtoll(text, &end, 10);
  if (end == text || *end != '\0' || errno != 0 || value < least || value > most) {
    std::fprintf(stderr, "cannot use %s: must be an integer from %lld to %lld, got %s\n", name, least, most,
                 text);
    std::exit(2);
  }
  return value;
}

inline uint16_t portArgument(const char *text) {
  return static_cast<uint16_t>(integerArgument("PORT", text, 0, 65535));
}

/** A wrong sum has no further consequence. */
inline void reportWrongSum() { std::fputs("a client has sent a wrong sum\n", stderr); }

/** Raises the limit of descriptors to the hard limit. */
inline void raiseDescriptorLimit() {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) fail("read the limit of descriptors");
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) fail("raise the limit of descriptors");
}

inline sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

/** Listens on 127.0.0.1, prints the address; flags as for socket(2). Accepted sockets inherit TCP_NODELAY: tcp(7). */
inline int listenOn(uint16_t port, int flags) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  if (listener < 0) fail("open a socket");
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address = loopback(port);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr *>(&address), size) != 0) fail("bind the port");
  if (listen(listener, 65535) != 0) fail("listen");
  if (getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size) != 0) fail("read the port");
  std::printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return listener;
}

} // namespace wire
