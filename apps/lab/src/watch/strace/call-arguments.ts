/** Reads the arguments and results of system calls as strace writes them. */

/** Sockets that are ready, or watched, for each direction. */
export interface Ready {
  readonly in: number[];
  readonly out: number[];
}

/** The descriptor that a call is about; -1 if there is none. */
export function descriptorIn(args: string): number {
  return Number(/^\d+/.exec(args)?.[0] ?? -1);
}

/** The length that a call asks for or offers: the first number after the bytes, or that of all its buffers together. */
export function lengthIn(args: string): number {
  const buffers = [...args.matchAll(/iov_len=(\d+)/g)];
  if (buffers.length > 0) return buffers.reduce((sum, [, length]) => sum + Number(length), 0);
  return Number(/(?:"\.{0,3}|0x[\da-f]+|NULL), (\d+)/.exec(args)?.[1] ?? 0);
}

/** All numbers in a text. */
function numbersIn(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number);
}

/** The descriptors of the lists in brackets: select's sets of readable and writable sockets. */
function setsIn(text: string): number[][] {
  return [...text.matchAll(/\[([\d ]*)\]|NULL/g)].map(([, list = '']) => numbersIn(list));
}

/** What select or poll is asked about. */
export function watchedIn(args: string): Ready {
  if (args.includes('{fd=')) return polled(args, 'events');
  const [readable = [], writable = []] = setsIn(args.replace(/^\d+, /, ''));
  return { in: readable, out: writable };
}

/** What select or poll has returned. */
export function readyIn(selector: 'select' | 'poll', words: string): Ready {
  if (selector === 'poll') return polled(words, 'revents');
  const of = (word: string): number[] => numbersIn(new RegExp(`\\b${word} \\[([\\d ]*)\\]`).exec(words)?.[1] ?? '');
  return { in: of('in'), out: of('out') };
}

/** `[{fd=4, events=POLLIN}, …]`. */
function polled(text: string, field: 'events' | 'revents'): Ready {
  const ready: Ready = { in: [], out: [] };
  for (const [, fd = '', events = ''] of text.matchAll(new RegExp(`\\{fd=(\\d+), ${field}=([A-Z|]+)`, 'g'))) {
    if (/POLLIN|POLLHUP|POLLERR/.test(events)) ready.in.push(Number(fd));
    if (events.includes('POLLOUT')) ready.out.push(Number(fd));
  }
  return ready;
}

/** A set as events have it: 64 descriptors in two words. */
export function bitsOf(fds: readonly number[]): [word: number, low: number, high: number][] {
  const words = new Map<number, [number, number]>();
  for (const fd of fds) {
    const pair = words.get(Math.floor(fd / 64)) ?? [0, 0];
    pair[Math.floor((fd % 64) / 32)]! |= 1 << (fd % 32);
    words.set(Math.floor(fd / 64), pair);
  }
  return [...words].map(([word, [low, high]]) => [word, low, high]);
}

/** What a call does to a descriptor's number: a copy, or only the flag that execve looks at. */
export interface DescriptorCopy {
  readonly copies: boolean;
  /** Whether execve closes the copy, or the descriptor itself. */
  readonly closesOnExec: boolean;
}

/** Reads the arguments of dup, dup2, dup3 and fcntl; undefined if the call does something else. */
export function copyIn(name: string, args: string): DescriptorCopy | undefined {
  if (!name.startsWith('fcntl')) return { copies: true, closesOnExec: args.includes('O_CLOEXEC') };
  if (args.includes('F_DUPFD')) return { copies: true, closesOnExec: args.includes('F_DUPFD_CLOEXEC') };
  return args.includes('F_SETFD') ? { copies: false, closesOnExec: args.includes('FD_CLOEXEC') } : undefined;
}

/** The first and the last descriptor that close_range closes; none if it only sets their flags. */
export function rangeIn(args: string): { readonly first: number; readonly last: number } {
  const [, first = Infinity, last = -1] = args.includes('CLOSE_RANGE_CLOEXEC')
    ? []
    : (/^(\d+), (\d+)/.exec(args) ?? []);
  return { first: Number(first), last: Number(last) };
}

/** What epoll_ctl does: to which descriptor, with which data. */
export interface EpollChange {
  /** Descriptor of the epoll instance. */
  readonly epoll: number;
  readonly fd: number;
  /** The number by which epoll_wait will report it; undefined where it is removed. */
  readonly data: string | undefined;
  readonly isAdded: boolean;
  readonly isRemoved: boolean;
  readonly reads: boolean;
  readonly writes: boolean;
}

/** Reads the arguments of epoll_ctl; undefined if they are others. */
export function epollChangeIn(args: string): EpollChange | undefined {
  const [, epoll, operation, fd] = /^(\d+), EPOLL_CTL_(\w+), (\d+)/.exec(args) ?? [];
  if (operation === undefined) return undefined;
  return {
    epoll: Number(epoll),
    fd: Number(fd),
    data: /data=\{u32=(\d+)/.exec(args)?.[1],
    isAdded: operation === 'ADD',
    isRemoved: operation === 'DEL',
    reads: args.includes('EPOLLIN'),
    writes: args.includes('EPOLLOUT'),
  };
}

/**
 * What epoll_wait has returned.
 *
 * @param descriptorOf - the descriptor that belongs to the data
 */
export function epollReadyIn(args: string, descriptorOf: (data: string) => number): Ready {
  const ready: Ready = { in: [], out: [] };
  for (const [, events = '', data = ''] of args.matchAll(/\{events=([A-Z|]+), data=\{u32=(\d+)/g)) {
    const fd = descriptorOf(data);
    if (/EPOLLIN|EPOLLHUP|EPOLLERR/.test(events)) ready.in.push(fd);
    if (events.includes('EPOLLOUT')) ready.out.push(fd);
  }
  return ready;
}
