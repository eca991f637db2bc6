/** The system calls that tell what a server does, by what they are for. Names differ by processor: arm64 has fewer. */

export const RECEIVES: ReadonlySet<string> = new Set(['recvfrom', 'recvmsg', 'read', 'readv', 'recv']);
export const SENDS: ReadonlySet<string> = new Set(['sendto', 'sendmsg', 'write', 'writev', 'send', 'sendfile']);
export const ACCEPTS: ReadonlySet<string> = new Set(['accept', 'accept4']);

/** Calls that wait for readiness, and the name by which the selector is known. */
export const SELECTORS: Readonly<Record<string, Selector>> = {
  select: 'select',
  pselect6: 'select',
  poll: 'poll',
  ppoll: 'poll',
  epoll_wait: 'epoll',
  epoll_pwait: 'epoll',
  epoll_pwait2: 'epoll',
};

/** How a loop asks which sockets are ready. */
export type Selector = 'select' | 'poll' | 'epoll';

/** Calls that start a thread or a process. */
export const CLONES: ReadonlySet<string> = new Set(['clone', 'clone3', 'fork', 'vfork']);

/** Calls that copy a descriptor. */
export const COPIES: ReadonlySet<string> = new Set(['dup', 'dup2', 'dup3', 'fcntl', 'fcntl64']);

/** Not a system call: strace's line about a thread that has ended, by itself, with its process or by a signal. */
export const ENDED = '+++';

/** What strace has to show. The question mark: a processor, or an older strace, may not have the call. */
export const TRACED_CALLS: readonly string[] = [
  ...RECEIVES,
  ...SENDS,
  ...ACCEPTS,
  ...Object.keys(SELECTORS),
  ...CLONES,
  ...COPIES,
  ...[
    'listen',
    'shutdown',
    'close',
    'close_range',
    'epoll_create',
    'epoll_create1',
    'epoll_ctl',
    'execve',
    'exit_group',
  ],
].map((name) => `?${name}`);
