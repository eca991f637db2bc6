/**
 * The C library of this process, by FFI (foreign function interface). The only file that uses koffi.
 *
 * - A call is synchronous: it blocks its thread, and only its thread, as long as the system call does.
 * - Buffers are passed as `void *`: the kernel reads and writes the typed array's memory in place, whether that is an
 *   `ArrayBuffer`, a `SharedArrayBuffer` or a WebAssembly memory. Nothing is copied.
 * - `errno` belongs to the thread and is valid until its next call: read it straight after the call that failed.
 *
 * The library is loaded at the first call, so importing this package is safe on every system.
 */
import { createRequire } from 'node:module';
import type * as Koffi from 'koffi';
import { platform } from './platform.ts';

/** The calls that this package uses, as in section 2 of the man pages: -1 means failure, see `errno`. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  socketpair(domain: number, type: number, protocol: number, ends: Int32Array): number;
  bind(descriptor: number, address: Uint8Array, lengthBytes: number): number;
  listen(descriptor: number, backlog: number): number;
  /** `accept4(2)`; where there is none, `accept(2)`, which ignores the flags. */
  accept(descriptor: number, address: Uint8Array | null, lengthBytes: Int32Array | null, flags: number): number;
  connect(descriptor: number, address: Uint8Array, lengthBytes: number): number;
  getsockname(descriptor: number, address: Uint8Array, lengthBytes: Int32Array): number;
  getpeername(descriptor: number, address: Uint8Array, lengthBytes: Int32Array): number;
  setsockopt(descriptor: number, level: number, name: number, value: Int32Array, lengthBytes: number): number;
  getsockopt(descriptor: number, level: number, name: number, value: Int32Array, lengthBytes: Int32Array): number;
  shutdown(descriptor: number, how: number): number;
  recv(descriptor: number, buffer: Uint8Array, lengthBytes: number, flags: number): number;
  send(descriptor: number, buffer: Uint8Array, lengthBytes: number, flags: number): number;
  sendmsg(descriptor: number, message: Message, flags: number): number;
  /** Sets `controlLength` of the message to what has come. */
  recvmsg(descriptor: number, message: Message, flags: number): number;
  read(descriptor: number, buffer: Uint8Array, lengthBytes: number): number;
  write(descriptor: number, buffer: Uint8Array, lengthBytes: number): number;
  close(descriptor: number): number;
  /** `fcntl(2)` with a command that takes no argument. */
  fcntlGet(descriptor: number, command: number): number;
  /** `fcntl(2)` with a command that takes an int. */
  fcntlSet(descriptor: number, command: number, value: number): number;
  /** `pipe2(2)`; where there is none, `pipe(2)`, which ignores the flags. */
  pipe(ends: Int32Array, flags: number): number;
  select(limit: number, read: Int32Array, write: Int32Array, except: null, timeout: Int32Array | null): number;
  poll(entries: Int32Array, count: number, timeoutMs: number): number;
  epollCreate(flags: number): number;
  epollControl(epoll: number, operation: number, descriptor: number, event: Int32Array | null): number;
  epollWait(epoll: number, events: Int32Array, capacity: number, timeoutMs: number): number;
  /** `getrlimit(2)`: writes the limit in force and the greatest possible one, 64 bits each. */
  getrlimit(resource: number, limits: BigUint64Array): number;
  /** `inet_pton(3)`: returns 1 when `text` is an address of `family`, else 0. */
  parseAddress(family: number, text: string, binary: Uint8Array): number;
  /** `inet_ntop(3)`: writes the text and a zero byte; can't fail for 16 bytes of address and 46 of text. */
  formatAddress(family: number, binary: Uint8Array, text: Uint8Array, textBytes: number): void;
  /** `if_nametoindex(3)`: returns 0 when there is no such network interface. */
  interfaceNumber(name: string): number;
  /** `if_indextoname(3)`: writes the name and a zero byte into 16 bytes, nothing when there is no such interface. */
  interfaceName(number: number, name: Uint8Array): void;
  /** The error number of this thread's last call. */
  errno(): number;
}

/** `struct msghdr` of a connected socket, with one buffer. recvmsg(2) */
export interface Message {
  readonly name: null;
  readonly nameLength: 0;
  readonly vectors: { readonly base: Uint8Array; readonly length: number };
  readonly vectorCount: 1;
  readonly control: Uint8Array | null;
  readonly controlLength: number;
  readonly flags: 0;
}

let cached: Libc | undefined;

/** The C library, loaded at the first call in each thread; throws an Error on a system without a platform table. */
export function libc(): Libc {
  return (cached ??= load());
}

function load(): Libc {
  const { hasFlagCalls, epollEvent, MSG_CMSG_CLOEXEC } = platform();
  const passesDescriptors = MSG_CMSG_CLOEXEC !== undefined;
  const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
  const { load: open, errno } = koffi;
  const library = open(null);
  const declare = <Name extends keyof Libc>(_: Name, prototype: string): Libc[Name] => library.func(prototype);
  const absent = (): never => {
    throw new Error(`cannot use epoll: the system must be Linux, got ${process.platform}: use select or poll`);
  };
  const declareEpoll: typeof declare = epollEvent ? declare : () => absent;

  const messages = passesDescriptors ? messageCalls(koffi, library) : { sendmsg: noMessages, recvmsg: noMessages };

  const address = 'const void *address, uint32_t length';
  const addressOut = 'void *address, void *length';
  return {
    socket: declare('socket', 'int socket(int domain, int type, int protocol)'),
    socketpair: declare('socketpair', 'int socketpair(int domain, int type, int protocol, void *ends)'),
    bind: declare('bind', `int bind(int fd, ${address})`),
    listen: declare('listen', 'int listen(int fd, int backlog)'),
    accept: hasFlagCalls
      ? declare('accept', `int accept4(int fd, ${addressOut}, int flags)`)
      : withoutFlags(library.func(`int accept(int fd, ${addressOut})`)),
    connect: declare('connect', `int connect(int fd, ${address})`),
    getsockname: declare('getsockname', `int getsockname(int fd, ${addressOut})`),
    getpeername: declare('getpeername', `int getpeername(int fd, ${addressOut})`),
    setsockopt: declare('setsockopt', 'int setsockopt(int fd, int level, int name, const void *v, uint32_t length)'),
    getsockopt: declare('getsockopt', 'int getsockopt(int fd, int level, int name, void *v, void *length)'),
    shutdown: declare('shutdown', 'int shutdown(int fd, int how)'),
    recv: declare('recv', 'intptr_t recv(int fd, void *buffer, size_t length, int flags)'),
    send: declare('send', 'intptr_t send(int fd, const void *buffer, size_t length, int flags)'),
    ...messages,
    read: declare('read', 'intptr_t read(int fd, void *buffer, size_t length)'),
    write: declare('write', 'intptr_t write(int fd, const void *buffer, size_t length)'),
    close: declare('close', 'int close(int fd)'),
    fcntlGet: declare('fcntlGet', 'int fcntl(int fd, int command)'),
    fcntlSet: declareFcntlSet(library),
    pipe: hasFlagCalls
      ? declare('pipe', 'int pipe2(void *ends, int flags)')
      : withoutFlags(library.func('int pipe(void *ends)')),
    select: declare('select', 'int select(int limit, void *read, void *write, void *except, void *timeout)'),
    poll: declare('poll', 'int poll(void *entries, unsigned long count, int timeout)'),
    epollCreate: declareEpoll('epollCreate', 'int epoll_create1(int flags)'),
    epollControl: declareEpoll('epollControl', 'int epoll_ctl(int epoll, int operation, int fd, void *event)'),
    epollWait: declareEpoll('epollWait', 'int epoll_wait(int epoll, void *events, int capacity, int timeout)'),
    getrlimit: declare('getrlimit', 'int getrlimit(int resource, void *limits)'),
    parseAddress: declare('parseAddress', 'int inet_pton(int family, const char *text, void *binary)'),
    formatAddress: declare('formatAddress', 'void inet_ntop(int family, void *binary, void *text, uint32_t length)'),
    interfaceNumber: declare('interfaceNumber', 'uint32_t if_nametoindex(const char *name)'),
    interfaceName: declare('interfaceName', 'void if_indextoname(uint32_t index, void *name)'),
    errno,
  };
}

/** Gives a call without flags the signature of the newer one, whose last argument they are. */
function withoutFlags(call: (...values: unknown[]) => number): (...values: unknown[]) => number {
  return (...values) => call(...values.slice(0, -1));
}

function declareFcntlSet(library: Koffi.LibraryHandle): Libc['fcntlSet'] {
  // Declared variadic, because macOS on arm64 passes variadic arguments elsewhere than named ones. koffi expects the
  // type of each variadic argument before its value.
  const fcntl: (...values: unknown[]) => number = library.func('int fcntl(int fd, int command, ...)');
  return (descriptor, command, value) => fcntl(descriptor, command, 'int', value);
}

/** The two calls that carry descriptors, with the layout that Linux has on all 64-bit processors. */
function messageCalls(koffi: typeof Koffi, library: Koffi.LibraryHandle): Pick<Libc, 'sendmsg' | 'recvmsg'> {
  const vector = koffi.struct({ base: 'void *', length: 'size_t' });
  const message = koffi.struct({
    name: 'void *',
    nameLength: 'uint32_t',
    vectors: koffi.pointer(vector),
    vectorCount: 'size_t',
    control: 'void *',
    controlLength: 'size_t',
    flags: 'int',
  });
  return {
    sendmsg: library.func('sendmsg', 'intptr_t', ['int', koffi.pointer(message), 'int']),
    recvmsg: library.func('recvmsg', 'intptr_t', ['int', koffi.inout(koffi.pointer(message)), 'int']),
  };
}

function noMessages(): never {
  throw new Error(`cannot pass descriptors: the system must be Linux, got ${process.platform}`);
}
