// The load client of the server benchmarks: many clients of one kind, on one thread.
//
// It shares the machine with the server, so it has to be cheap: an asking client needs nine system calls for a
// connection, and a share of one epoll_wait(2). The request is sent without waiting for the connection, because on the
// loopback the handshake is complete when connect(2) returns EINPROGRESS (if it isn't, epoll reports when it is). The
// sum is sent together with the end of the connection, or with the next request.
//
// Latency counts from connect(2), or from sending the request on a kept connection, to the last prime; countUs to N.
// The load is a closed loop: a client sends nothing while it waits, so these are latencies at a number of clients, not
// at a rate of requests.
//
// Usage: load KIND --port P --clients N [options], see load-options.hpp; prints `ready`, and then a line of JSON.
#include "load-answer.hpp"
#include "load-measurement.hpp"
#include "load-options.hpp"
#include <csignal>
#include <queue>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <utility>
#include <vector>

namespace {

const int EVENTS_PER_TURN = 256;
const std::size_t READ_BYTES = 256 * 1024;
const int64_t MS = 1000000, SECOND = 1000 * MS;
/**
 * Clients use the addresses from 127.0.0.2 on. The port of a closed connection isn't reused for a second, so 14,000
 * connections a second from one address would use up its ports, and connect(2) would search longer and longer.
 */
const std::size_t SOURCE_ADDRESSES = 16;
/** Time between the first connections of two clients, so that they don't overflow the server's backlog. */
const int64_t START_GAP_NS = MS / 20;
/** Pause after an error, so that a dead server doesn't cause a busy loop. */
const int64_t RETRY_NS = 10 * MS;
const int64_t SAMPLE_NS = 10 * MS;
const std::size_t STALL_BYTES = 64 * 1024;
/** For clients that stop reading: a small buffer, so that the server notices at once. */
const int SMALL_RECEIVE_BUFFER = 64 * 1024;
const int64_t TRICKLE_NS = SECOND;
const int64_t SLOW_NS = SECOND / 10;
/** An epoll_wait(2) shorter than this has not slept. */
const int64_t SLEEP_NS = 5000;

enum class State { closed, connecting, open };

struct Client {
  sockaddr_in source = wire::loopback(0);
  int fd = -1;
  uint8_t request[wire::REQUEST_BYTES];
  State state = State::closed;
  /** Whether it has reached the state of its kind. */
  bool placed = false;
  /** Bytes of the request that were sent; only a trickling client sends them one by one. */
  std::size_t requestSent = 0;
  int64_t beganNs = 0;
  /** When its timer is due; a timer for another time is void. */
  int64_t dueNs = 0;
  /** Bytes received: on this connection, and on all. */
  uint64_t answerBytes = 0, bytes = 0;
  AnswerReader answer;
};

using Timer = std::pair<int64_t, Client *>;

Options options;
Kind kind;
std::vector<Client> clients;
std::priority_queue<Timer, std::vector<Timer>, std::greater<Timer>> timers;
sockaddr_in server;
Expected expected(0, 0);
uint8_t buffer[READ_BYTES];
int poller;

Measurement measurement;
int clientsPlaced = 0;
int64_t nextSampleNs = 0;

void begin(Client &client);

void watch(Client &client, int operation, uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &client;
  if (epoll_ctl(poller, operation, client.fd, &event) != 0) wire::fail("watch a client");
}

void wakeAt(Client &client, int64_t dueNs) {
  client.dueNs = dueNs;
  timers.emplace(dueNs, &client);
}

void place(Client &client) {
  if (client.placed) return;
  client.placed = true;
  clientsPlaced++;
}

void disconnect(Client &client) {
  if (client.fd >= 0) close(client.fd);
  client.fd = -1;
  client.state = State::closed;
  client.dueNs = 0;
}

/** Counts an error, and starts again after a pause. */
void fail(Client &client) {
  if (client.state != State::open && !measurement.started()) wire::fail("connect to the server");
  disconnect(client);
  measurement.addError(options);
  wakeAt(client, nowNs() + RETRY_NS);
}

/** Whether this kind sends its whole request as soon as possible. */
bool asksAtOnce() { return kind != Kind::trickle && kind != Kind::silent; }

/** Slow clients read by a timer, not when epoll reports bytes. */
uint32_t openInterest() { return kind == Kind::slow ? 0u : uint32_t{EPOLLIN}; }

void connected(Client &client) {
  client.state = State::open;
  if (kind == Kind::slow) wakeAt(client, nowNs() + SLOW_NS);
  // Spread over the second, so that the clients don't all send at once.
  if (kind == Kind::trickle) wakeAt(client, nowNs() + TRICKLE_NS * (&client - clients.data()) / options.clients);
  if (kind == Kind::ask || kind == Kind::trickle || kind == Kind::silent) place(client);
}

bool sendRequest(Client &client) {
  return send(client.fd, client.request, sizeof client.request, MSG_NOSIGNAL) == sizeof client.request;
}

void begin(Client &client) {
  client.answer = AnswerReader();
  client.answerBytes = client.requestSent = 0;
  client.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (client.fd < 0) return fail(client);
  const int on = 1;
  if (kind == Kind::stalled || kind == Kind::slow) {
    setsockopt(client.fd, SOL_SOCKET, SO_RCVBUF, &SMALL_RECEIVE_BUFFER, sizeof SMALL_RECEIVE_BUFFER);
  }
  if (options.keepAlive) setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // connect(2) chooses the port, knowing the server's address, so the port needs to be free only for that: ip(7).
  setsockopt(client.fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr *const source = reinterpret_cast<sockaddr *>(&client.source);
  if (bind(client.fd, source, sizeof client.source) != 0) return fail(client);
  client.beganNs = nowNs();
  if (connect(client.fd, reinterpret_cast<sockaddr *>(&server), sizeof server) != 0 && errno != EINPROGRESS) {
    return fail(client);
  }
  if (asksAtOnce() && sendRequest(client)) {
    watch(client, EPOLL_CTL_ADD, openInterest());
    connected(client);
  } else if (!asksAtOnce() || errno == EAGAIN) {
    client.state = State::connecting;
    watch(client, EPOLL_CTL_ADD, EPOLLOUT);
  } else fail(client);
}

/** A connection that was in progress is established, or has failed. */
void finishConnecting(Client &client, uint32_t events) {
  if (asksAtOnce()) {
    if (!sendRequest(client)) return fail(client);
  } else if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(client.fd, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    return fail(client);
  }
  watch(client, EPOLL_CTL_MOD, openInterest());
  connected(client);
}

/** Sends the sum, and asks again: at once, or after the pause. */
void askAgain(Client &client, int64_t now) {
  uint8_t message[wire::SUM_BYTES + wire::REQUEST_BYTES];
  wire::writeInt64(message, client.answer.sum());
  if (!options.keepAlive) {
    // The sum goes into the same segment as the end of the connection, which close(2) sends.
    send(client.fd, message, wire::SUM_BYTES, MSG_NOSIGNAL | MSG_MORE);
    disconnect(client);
    return options.pauseMs > 0 ? wakeAt(client, now + options.pauseNs()) : begin(client);
  }
  client.answer = AnswerReader();
  const bool pausing = options.pauseMs > 0;
  std::memcpy(message + wire::SUM_BYTES, client.request, sizeof client.request);
  const std::size_t size = pausing ? wire::SUM_BYTES : sizeof message;
  client.beganNs = now;
  if (send(client.fd, message, size, MSG_NOSIGNAL) != static_cast<ssize_t>(size)) return fail(client);
  if (pausing) wakeAt(client, now + options.pauseNs());
}

/** The whole answer has arrived. */
void finish(Client &client, int64_t now) {
  measurement.addRequest(options, now - client.beganNs);
  if (kind == Kind::ask) return askAgain(client, now);
  disconnect(client);
  begin(client);
}

/** Reads once, at most that many bytes. */
void receive(Client &client, std::size_t most) {
  const ssize_t received = recv(client.fd, buffer, most, 0);
  if (received < 0 && errno == EAGAIN) return;
  if (received <= 0) return fail(client);
  const std::size_t size = static_cast<std::size_t>(received);
  const int64_t now = nowNs();
  client.answerBytes += size;
  client.bytes += size;
  measurement.addBytes(size);
  // A server can also refuse clients that have not asked yet.
  const bool asked = kind != Kind::silent && (kind != Kind::trickle || client.requestSent == sizeof client.request);
  AnswerReader &answer = client.answer;
  const bool wasCounted = answer.counted();
  const bool right = kind == Kind::ask ? answer.check(buffer, size, expected) : answer.count(buffer, size);
  if (!asked || !right) return fail(client);
  if (!wasCounted && answer.counted()) measurement.addCount(now - client.beganNs);
  if (kind == Kind::stalled) {
    if (client.answerBytes < STALL_BYTES && !answer.done()) return;
    watch(client, EPOLL_CTL_MOD, 0);
    return place(client);
  }
  place(client);
  if (options.bytes > 0 && client.bytes >= options.bytes) measurement.end();
  else if (answer.done()) finish(client, now);
}

void handle(Client &client, uint32_t events) {
  // Its timer ran earlier in this turn, and closed it.
  if (client.state == State::closed) return;
  if (client.state == State::connecting) return finishConnecting(client, events);
  if (openInterest() == 0 || (kind == Kind::stalled && client.placed && (events & EPOLLIN) == 0)) return fail(client);
  receive(client, kind == Kind::stalled ? STALL_BYTES - client.answerBytes : READ_BYTES);
}

void sendNextByte(Client &client) {
  if (send(client.fd, client.request + client.requestSent, 1, MSG_NOSIGNAL) != 1) return fail(client);
  if (++client.requestSent < sizeof client.request) wakeAt(client, nowNs() + TRICKLE_NS);
}

void handleTimer(Client &client) {
  if (client.state == State::closed) return begin(client);
  if (kind == Kind::trickle) return sendNextByte(client);
  if (kind == Kind::slow) {
    wakeAt(client, nowNs() + SLOW_NS);
    return receive(client, std::min<std::size_t>(READ_BYTES, std::max<uint64_t>(1, options.rate * SLOW_NS / SECOND)));
  }
  // It has paused on its connection.
  client.beganNs = nowNs();
  if (!sendRequest(client)) fail(client);
}

void runTimers(int64_t now) {
  while (!timers.empty() && timers.top().first <= now) {
    const auto [dueNs, client] = timers.top();
    timers.pop();
    if (client->dueNs == dueNs) handleTimer(*client);
  }
}

/** Samples how equal the clients' bytes are, once the first client has a tenth of them. */
void sampleFairness(int64_t now) {
  if (options.bytes == 0 || now < nextSampleNs) return;
  uint64_t most = 0;
  double sum = 0, squares = 0;
  for (const Client &client : clients) {
    const double bytes = static_cast<double>(client.bytes);
    most = std::max(most, client.bytes);
    sum += bytes;
    squares += bytes * bytes;
  }
  if (most < options.bytes / 10) return;
  nextSampleNs = now + SAMPLE_NS;
  measurement.addFairness(sum, squares, static_cast<double>(clients.size()));
}

/** The interval of a client. */
std::pair<int32_t, int32_t> intervalOf(std::size_t index) {
  if (!options.parts) return {options.a, options.b};
  const int64_t width = int64_t{options.b} - options.a + 1, i = static_cast<int64_t>(index);
  return {static_cast<int32_t>(options.a + width * i / options.clients),
          static_cast<int32_t>(options.a + width * (i + 1) / options.clients - 1)};
}

/** How long epoll may sleep; rounded up, so that a timer is due when it wakes. */
int timeoutMs(int64_t now) {
  int64_t nextNs = measurement.dueNs(options);
  if (!timers.empty()) nextNs = std::min(nextNs, timers.top().first);
  if (nextNs == INT64_MAX) return -1;
  return static_cast<int>(std::clamp<int64_t>((nextNs - now + MS - 1) / MS, 0, 1000000));
}

} // namespace

int main(int argc, char **argv) {
  options = parseOptions(argc, argv);
  kind = options.kind;
  server = wire::loopback(options.port);
  if (kind == Kind::ask) expected = Expected(options.a, options.b);
  wire::raiseDescriptorLimit();
  poller = epoll_create1(EPOLL_CLOEXEC);
  if (poller < 0) wire::fail("create an epoll");

  // Signals arrive as events, so none can arrive between checking a flag and waiting.
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  sigprocmask(SIG_BLOCK, &ending, nullptr);
  epoll_event signalled{};
  signalled.events = EPOLLIN;
  if (epoll_ctl(poller, EPOLL_CTL_ADD, signalfd(-1, &ending, SFD_CLOEXEC), &signalled) != 0) wire::fail("watch signals");

  clients.resize(static_cast<std::size_t>(options.clients));
  int64_t now = nowNs();
  for (std::size_t i = 0; i < clients.size(); i++) {
    const auto [a, b] = intervalOf(i);
    wire::writeInt32(clients[i].request, a);
    wire::writeInt32(clients[i].request + 4, b);
    clients[i].source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + static_cast<uint32_t>(i % SOURCE_ADDRESSES));
    wakeAt(clients[i], now + START_GAP_NS * static_cast<int64_t>(i));
  }
  epoll_event events[EVENTS_PER_TURN];
  while (!measurement.over()) {
    const int64_t beforeNs = nowNs();
    const int ready = epoll_wait(poller, events, EVENTS_PER_TURN, timeoutMs(beforeNs));
    now = nowNs();
    if (now - beforeNs > SLEEP_NS) measurement.addSleep(now - beforeNs);
    runTimers(now);
    for (int i = 0; i < ready && !measurement.over(); i++) {
      // A signal has no client.
      if (events[i].data.ptr == nullptr) measurement.end();
      else handle(*static_cast<Client *>(events[i].data.ptr), events[i].events);
    }
    if (kind == Kind::stream) sampleFairness(now);
    if (!measurement.over()) measurement.move(options, now, clientsPlaced == options.clients);
  }
  measurement.print(options);
}
