/**
 * Datagram sockets of the local family: short messages to another process of this machine, which can carry descriptors.
 *
 *     sockaddr_un  family 2 | path, at most 107 bytes, then a zero byte        unix(7)
 *                  family 2 | zero byte | name                                 abstract: no file, Linux only
 *
 * Messages have boundaries: `receive` returns one whole message. Calls never wait.
 *
 * A descriptor in a message is an index into the sender's table; the kernel puts the open file of that entry into the
 * receiver's table, under another number (SCM_RIGHTS). Both processes then have the same file, such as a listening socket
 * with its queue.
 */
import { Descriptor } from './descriptor.ts';
import { SocketError, errnos } from './error.ts';
import { libc, type Message } from './libc.ts';
import { closeOnFailure, openSocket } from './open.ts';
import { platform } from './platform.ts';

/** Size of the path in the struct, with its zero byte, on the system with the shorter one. */
const MAX_PATH_BYTES = 103;
const MAX_LINUX_PATH_BYTES = 107;
const FAMILY_BYTES = 2;

/** `struct cmsghdr` on 64-bit Linux: length, level and type, then the descriptors; padded to words of 8 bytes. cmsg(3) */
const CONTROL_HEAD_BYTES = 16;
const DESCRIPTOR_BYTES = 4;
const LEVEL_OFFSET = 8;
const TYPE_OFFSET = 12;

/** The most descriptors of a message. */
const MAX_DESCRIPTORS = 8;

/** A message that has arrived. */
export interface ReceivedMessage {
  /** Number of bytes. */
  readonly length: number;
  /** Descriptors in the message; the caller owns them. */
  readonly descriptors: readonly number[];
}

/**
 * Owner of a datagram socket's descriptor.
 *
 * @example
 * ```ts
 * import { UnixDatagram } from '@concurrent-primes/sockets';
 *
 * using receiver = UnixDatagram.receiver('@example-of-datagrams');
 * using sender = UnixDatagram.sender('@example-of-datagrams');
 * sender.send(new TextEncoder().encode('hello'));
 * const bytes = new Uint8Array(64);
 * const { length } = receiver.receive(bytes)!;
 * console.log(new TextDecoder().decode(bytes.subarray(0, length))); // prints hello
 * ```
 */
export class UnixDatagram extends Descriptor {
  /**
   * Opens a socket that sends to one address. connect(2)
   *
   * @param path - A path, or `@` and a name for an abstract address (Linux).
   * @throws SocketError when nobody has bound it (ENOENT, ECONNREFUSED) or it is another kind of socket (EPROTOTYPE);
   *   RangeError when the path is too long.
   */
  static sender(path: string): UnixDatagram {
    return new UnixDatagram(open('connect', path));
  }

  /**
   * Opens a socket that receives at an address. A path becomes a file, which the caller removes. bind(2)
   *
   * @param path - As for {@link UnixDatagram.sender}.
   * @throws SocketError when the path exists (EADDRINUSE) or can't be made (EACCES, ENOENT); RangeError when it is too long.
   */
  static receiver(path: string): UnixDatagram {
    return new UnixDatagram(open('bind', path));
  }

  /**
   * Sends a message to the address that the socket is connected to. send(2), sendmsg(2)
   *
   * @param descriptors - Open descriptors to send along (Linux), at most 8; they stay open here.
   * @returns False when the receiver has too many messages to read.
   * @throws SocketError when the receiver is gone (ECONNREFUSED) or the message is too long (EMSGSIZE).
   */
  send(bytes: Uint8Array, descriptors: readonly number[] = []): boolean {
    const { MSG_DONTWAIT, MSG_NOSIGNAL } = platform();
    const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    const { descriptor } = this;
    for (;;) {
      const sent =
        descriptors.length === 0
          ? libc().send(descriptor, bytes, bytes.length, flags)
          : libc().sendmsg(descriptor, messageOf(bytes, controlOf(descriptors)), flags);
      if (sent >= 0) return true;
      const errno = libc().errno();
      if (errno === errnos.EAGAIN || errno === errnos.ENOBUFS) return false;
      if (errno !== errnos.EINTR) throw new SocketError('send', errno, { descriptor });
    }
  }

  /**
   * Takes the next message; the rest of one that is longer than the buffer is lost. recvmsg(2)
   *
   * Its descriptors are opened without being inherited by child processes.
   *
   * @returns `undefined` when none has arrived.
   */
  receive(into: Uint8Array): ReceivedMessage | undefined {
    const { MSG_DONTWAIT, MSG_CMSG_CLOEXEC = 0 } = platform();
    const { descriptor } = this;
    const control = new Uint8Array(CONTROL_HEAD_BYTES + MAX_DESCRIPTORS * DESCRIPTOR_BYTES);
    const message = messageOf(into, control);
    for (;;) {
      const length = libc().recvmsg(descriptor, message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
      if (length >= 0) return { length, descriptors: descriptorsIn(control.subarray(0, message.controlLength)) };
      const errno = libc().errno();
      if (errno === errnos.EAGAIN) return undefined;
      if (errno !== errnos.EINTR) throw new SocketError('recvmsg', errno, { descriptor });
    }
  }
}

function open(call: 'bind' | 'connect', path: string): number {
  const { AF_UNIX, SOCK_DGRAM } = platform();
  const address = encodePath(call, path);
  const descriptor = openSocket(AF_UNIX, true, SOCK_DGRAM);
  return closeOnFailure(descriptor, () => {
    if (libc()[call](descriptor, address, address.length) < 0) {
      throw new SocketError(call, libc().errno(), { descriptor, subject: path });
    }
    return descriptor;
  });
}

function encodePath(call: string, path: string): Uint8Array {
  const { AF_UNIX, sockaddrHasLength } = platform();
  const isAbstract = path.startsWith('@');
  const bytes = Buffer.from(path);
  const most = sockaddrHasLength ? MAX_PATH_BYTES : MAX_LINUX_PATH_BYTES;
  if (bytes.length < 1 || bytes.length > most) {
    throw new RangeError(`cannot ${call}: the path must have 1 to ${most} bytes, got ${bytes.length}: ${path}`);
  }
  if (isAbstract) bytes[0] = 0;
  const address = new Uint8Array(FAMILY_BYTES + bytes.length + (isAbstract ? 0 : 1));
  if (sockaddrHasLength) address.set([address.length, AF_UNIX]);
  else new Uint16Array(address.buffer, 0, 1)[0] = AF_UNIX;
  address.set(bytes, FAMILY_BYTES);
  return address;
}

function messageOf(base: Uint8Array, control: Uint8Array): Message {
  const vectors = { base, length: base.length };
  return { name: null, nameLength: 0, vectors, vectorCount: 1, control, controlLength: control.length, flags: 0 };
}

function controlOf(descriptors: readonly number[]): Uint8Array {
  if (descriptors.length > MAX_DESCRIPTORS) {
    throw new RangeError(`cannot send: at most ${MAX_DESCRIPTORS} descriptors fit, got ${descriptors.length}`);
  }
  const { SOL_SOCKET, SCM_RIGHTS } = platform();
  const length = CONTROL_HEAD_BYTES + descriptors.length * DESCRIPTOR_BYTES;
  const control = new Uint8Array(Math.ceil(length / 8) * 8);
  const words = new Int32Array(control.buffer);
  words[0] = length;
  words[LEVEL_OFFSET / 4] = SOL_SOCKET;
  words[TYPE_OFFSET / 4] = SCM_RIGHTS;
  words.set(descriptors, CONTROL_HEAD_BYTES / 4);
  return control;
}

/** The descriptors of the first control message; the kernel sends no other kind unasked. */
function descriptorsIn(control: Uint8Array): number[] {
  if (control.length < CONTROL_HEAD_BYTES) return [];
  const words = new Int32Array(control.buffer, control.byteOffset, control.length >> 2);
  const count = (words[0]! - CONTROL_HEAD_BYTES) / DESCRIPTOR_BYTES;
  return [...words.subarray(CONTROL_HEAD_BYTES / 4, CONTROL_HEAD_BYTES / 4 + count)];
}
