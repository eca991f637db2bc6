// The command line of the load client.
#pragma once
#include "wire.hpp"
#include <cstdlib>
#include <cstring>

enum class Kind { ask, stream, stalled, trickle, silent, slow };

struct Options {
  Kind kind = Kind::ask;
  const char *kindName = "";
  uint16_t port = 0;
  int clients = 0;
  int32_t a = 100, b = 200;
  /** 0: until the time has passed. */
  uint64_t requests = 0, warmupRequests = 0;
  double seconds = 3, warmupSeconds = 0.5;
  bool keepAlive = false;
  /** Each client asks for its own part of the interval. */
  bool parts = false;
  double pauseMs = 0;
  /** 0: no limit. */
  uint64_t bytes = 0;
  /** Bytes a second. */
  uint64_t rate = 65536;

  /** Whether the clock ends the measured time, and not a number of requests or bytes. */
  bool timed() const { return requests == 0 && bytes == 0; }
  int64_t secondsNs() const { return static_cast<int64_t>(seconds * 1e9); }
  int64_t warmupNs() const { return static_cast<int64_t>(warmupSeconds * 1e9); }
  int64_t pauseNs() const { return static_cast<int64_t>(pauseMs * 1e6); }
};

[[noreturn]] inline void usage() {
  std::fputs("usage: load ask|stream|stalled|trickle|silent|slow --port P --clients N [--interval A B] [--seconds S]\n"
             "            [--warmup-seconds W] [--requests M] [--warmup-requests K] [--keep-alive] [--pause-ms X]\n"
             "            [--bytes B] [--rate BYTES_A_SECOND] [--parts]\n",
             stderr);
  std::exit(2);
}

inline double secondsArgument(const char *name, const char *text) {
  char *end;
  const double value = std::strtod(text, &end);
  if (end == text || *end != '\0' || !(value >= 0 && value <= 86400e3)) {
    std::fprintf(stderr, "cannot use %s: must be a number of 0 or more, got %s\n", name, text);
    std::exit(2);
  }
  return value;
}

inline Options parseOptions(int argc, char **argv) {
  static const char *const NAMES[] = {"ask", "stream", "stalled", "trickle", "silent", "slow"};
  Options options;
  if (argc < 2) usage();
  int kind = 0;
  while (kind < 6 && std::strcmp(argv[1], NAMES[kind]) != 0) kind++;
  if (kind == 6) usage();
  options.kind = static_cast<Kind>(kind);
  options.kindName = NAMES[kind];
  for (int at = 2; at < argc;) {
    const char *name = argv[at++];
    const auto is = [name](const char *option) { return std::strcmp(name, option) == 0; };
    const auto next = [&]() -> const char * { return at < argc ? argv[at++] : (usage(), nullptr); };
    const auto integer = [&](long long least, long long most) {
      return wire::integerArgument(name, next(), least, most);
    };
    if (is("--port")) options.port = static_cast<uint16_t>(integer(1, 65535));
    else if (is("--clients")) options.clients = static_cast<int>(integer(1, 1000000));
    else if (is("--interval")) {
      options.a = static_cast<int32_t>(integer(INT32_MIN, INT32_MAX));
      options.b = static_cast<int32_t>(integer(INT32_MIN, INT32_MAX));
    } else if (is("--requests")) options.requests = static_cast<uint64_t>(integer(1, INT64_MAX));
    else if (is("--warmup-requests")) options.warmupRequests = static_cast<uint64_t>(integer(0, INT64_MAX));
    else if (is("--seconds")) options.seconds = secondsArgument(name, next());
    else if (is("--warmup-seconds")) options.warmupSeconds = secondsArgument(name, next());
    else if (is("--keep-alive")) options.keepAlive = true;
    else if (is("--parts")) options.parts = true;
    else if (is("--pause-ms")) options.pauseMs = secondsArgument(name, next());
    else if (is("--bytes")) options.bytes = static_cast<uint64_t>(integer(1, INT64_MAX));
    else if (is("--rate")) options.rate = static_cast<uint64_t>(integer(1, INT64_MAX));
    else usage();
  }
  if (options.port == 0 || options.clients == 0) usage();
  // All asking clients share one expected answer.
  if (options.parts && options.kind == Kind::ask) usage();
  return options;
}
