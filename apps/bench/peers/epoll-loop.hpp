// The conversation on one thread with a level-triggered epoll(7), written to make few system calls.
//
// A client's bytes are read, answered and sent at once; epoll watches for room to send only after a send(2) found none.
// Work longer than one slice (counting a cell, sending a chunk) continues in the next turn, after the other clients, so
// that they don't wait for a wide interval. Two system calls are saved for each connection: a new client's request is
// read without asking epoll first, because it has usually arrived; and the end of the connection isn't read again when
// epoll has announced it with the client's last bytes (EPOLLRDHUP).
//
// Answer is a class with the interface of primes::Answer. One thread: one cell and one output serve all clients.
#pragma once
#include "primes.hpp"
#include "wire.hpp"
#include <sys/epoll.h>
#include <vector>

template <class Answer> class EpollLoop {
public:
  /** Serves for ever. chunkPrimes is the most primes that one send(2) gets. */
  [[noreturn]] void run(int listener, std::size_t chunkPrimes) {
    listener_ = listener;
    storage_.resize(chunkPrimes + 1);
    poller_ = epoll_create1(EPOLL_CLOEXEC);
    if (poller_ < 0) wire::fail("create an epoll");
    epoll_event listening{};
    listening.events = EPOLLIN;
    if (epoll_ctl(poller_, EPOLL_CTL_ADD, listener, &listening) != 0) wire::fail("watch the port");
    std::vector<Client *> running;
    epoll_event events[EVENTS_PER_TURN];
    for (;;) {
      const int ready = epoll_wait(poller_, events, EVENTS_PER_TURN, runnable_.empty() ? -1 : 0);
      if (ready < 0 && errno != EINTR) wire::fail("wait for clients");
      running.swap(runnable_);
      for (int i = 0; i < ready; i++) {
        // The listener has no client.
        if (events[i].data.ptr == nullptr) acceptClients();
        else handle(*static_cast<Client *>(events[i].data.ptr), events[i].events);
      }
      for (Client *client : running) serve(*client);
      running.clear();
    }
  }

private:
  static const int ACCEPTS_PER_TURN = 32;
  static const int EVENTS_PER_TURN = 256;

  enum class State { receiving, counting, sending };

  struct Client {
    int fd = -1;
    State state = State::receiving;
    /** Events that epoll watches for; 0: the client isn't registered yet. */
    uint32_t interest = 0;
    /** Whether a sum is due before the next request. */
    bool sumDue = false;
    /** Whether the client has ended its sending, and all it sent is received. */
    bool ended = false;
    std::size_t headSent = 0;
    std::size_t received = 0;
    /** Enough for a sum and the next request. */
    uint8_t input[64];
    Answer answer;
  };

  void watch(Client &client, uint32_t events) {
    if (client.interest == events) return;
    epoll_event event{};
    event.events = events;
    event.data.ptr = &client;
    if (epoll_ctl(poller_, client.interest == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, client.fd, &event) != 0) {
      wire::fail("watch a client");
    }
    client.interest = events;
  }

  void destroy(Client &client) {
    close(client.fd);
    delete &client;
  }

  enum class Progress { done, more, blocked, dead };

  /** Sends the rest of the answer, at most a chunk. */
  Progress sendSlice(Client &client) {
    Answer &answer = client.answer;
    uint32_t *const primes = storage_.data() + 1;
    const std::size_t head = wire::COUNT_BYTES - client.headSent;
    storage_[0] = __builtin_bswap32(answer.count());
    const std::size_t filled = answer.fill(cell_, primes, storage_.size() - 1);
    // A prime can be sent in part only after the whole head.
    const std::size_t skipped = client.headSent + answer.within();
    const std::size_t size = (1 + filled) * wire::PRIME_BYTES - skipped;
    const uint8_t *bytes = reinterpret_cast<const uint8_t *>(storage_.data()) + skipped;
    // An answer that is in memory is sent from there, once the head is out.
    if (head == 0 && answer.stored() != nullptr) bytes = answer.stored();
    const ssize_t sent = send(client.fd, bytes, size, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN ? Progress::blocked : Progress::dead;
    const std::size_t ofHead = std::min(head, static_cast<std::size_t>(sent));
    client.headSent += ofHead;
    answer.advance(primes, static_cast<std::size_t>(sent) - ofHead);
    if (static_cast<std::size_t>(sent) < size) return Progress::blocked;
    return answer.bytesLeft() == 0 ? Progress::done : Progress::more;
  }

  /** Counts one slice; after the last one, sends the first chunk. */
  Progress answerSlice(Client &client) {
    if (client.state == State::counting) {
      if (!client.answer.countSlice(cell_)) return Progress::more;
      client.state = State::sending;
    }
    return sendSlice(client);
  }

  /** Takes one message from the input: a sum, or a request, whose answer is then due. */
  void takeMessage(Client &client) {
    if (client.sumDue) {
      if (!client.answer.confirmedBy(wire::readInt64(client.input))) wire::reportWrongSum();
    } else {
      client.answer = Answer(wire::readInt32(client.input), wire::readInt32(client.input + 4));
      client.headSent = 0;
      client.state = State::counting;
    }
    client.sumDue = !client.sumDue;
    client.received -= wire::REQUEST_BYTES;
    std::memmove(client.input, client.input + wire::REQUEST_BYTES, client.received);
  }

  /** Answers the received messages, within one slice. The client may be destroyed afterwards. */
  void serve(Client &client) {
    for (;;) {
      if (client.state == State::receiving) {
        if (client.received < wire::REQUEST_BYTES) break;
        takeMessage(client);
        continue;
      }
      switch (answerSlice(client)) {
      case Progress::done:
        client.state = State::receiving;
        continue;
      case Progress::more:
        // Clients that wait for EPOLLOUT are reported in each turn.
        if (client.interest != EPOLLOUT) runnable_.push_back(&client);
        return;
      case Progress::blocked:
        return watch(client, EPOLLOUT);
      case Progress::dead:
        return destroy(client);
      }
    }
    if (client.ended) destroy(client);
    else watch(client, EPOLLIN | EPOLLRDHUP);
  }

  /** Reads once. With endKnown, epoll has reported that nothing follows the bytes that are there. */
  void receive(Client &client, bool endKnown) {
    const std::size_t room = sizeof client.input - client.received;
    const ssize_t size = recv(client.fd, client.input + client.received, room, 0);
    if (size < 0 && errno == EAGAIN) return watch(client, EPOLLIN | EPOLLRDHUP);
    if (size <= 0) return destroy(client);
    client.received += static_cast<std::size_t>(size);
    client.ended = endKnown && static_cast<std::size_t>(size) < room;
    serve(client);
  }

  void acceptClients() {
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      Client *client = new Client;
      client->fd = fd;
      receive(*client, false);
    }
  }

  void handle(Client &client, uint32_t events) {
    if (client.state == State::receiving) receive(client, (events & EPOLLRDHUP) != 0);
    // Otherwise it is in the list of runnable clients, and its next send(2) will find the error.
    else if (client.interest == EPOLLOUT) serve(client);
  }

  int poller_ = -1, listener_ = -1;
  primes::Cell cell_;
  /** N, and then primes: one send(2) for both. */
  std::vector<uint32_t> storage_;
  /** Clients that count, or send without waiting for the kernel. Each gets one slice a turn, and is added again. */
  std::vector<Client *> runnable_;
};
