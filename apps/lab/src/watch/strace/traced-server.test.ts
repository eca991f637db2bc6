/** From lines of strace to the state that the page shows, without strace. */
import { fold, initialState, type ServerInfo, type State, waitingOf } from '@concurrent-primes/trace';
import { describe, expect, it } from 'vitest';
import { StraceLines } from './strace-lines.ts';
import { TracedServer } from './traced-server.ts';

const ASKED = String.raw`"\x00\x00\x00\x64\x00\x00\x00\x78"`;
const SOME = String.raw`"\x00\x00\x00"`;
const CLONE = '9 clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD}, 88)';
const ADDRESS = '{sa_family=AF_INET, sin_port=htons(5000)}, [16]';

/** The state after these calls of threads, a millisecond apart. */
function stateAfter(...calls: readonly string[]): State {
  const server = new TracedServer();
  const lines = new StraceLines();
  const text = calls.map((call, index) => {
    const [, tid, rest] = /^(\d+) (.*)$/.exec(call)!;
    return `${tid} 100.${String(index).padStart(3, '0')}000 ${rest} <0.000001>\n`;
  });
  server.take(text.flatMap((line) => lines.push(line)));
  if (server.style === undefined) server.assumeOneThread();
  const { architecture, name } = server.style!;
  const info: ServerInfo = {
    ...{ architecture, name, host: '127.0.0.1', port: 1, phases: [], outcomes: [], options: {}, threads: [] },
  };
  const state = initialState(info);
  for (const batch of server.read()) fold(state, batch);
  return state;
}

describe('a loop', () => {
  it.for([
    [
      'select',
      '9 pselect6(6, [3 5], [4], NULL, NULL, NULL) = 2 (in [5], out [4])',
      '9 pselect6(4, [3], NULL, NULL, NULL, NULL) = 1 (in [3])',
    ],
    [
      'poll',
      '9 poll([{fd=3, events=POLLIN}, {fd=5, events=POLLIN}, {fd=4, events=POLLOUT}], 3, -1) = 2 ([{fd=5, revents=POLLIN}, {fd=4, revents=POLLOUT}])',
      '9 poll([{fd=3, events=POLLIN}], 1, -1) = 1 ([{fd=3, revents=POLLIN}])',
    ],
    [
      'select',
      '9 pselect6(6, [3 5], [4], NULL, {tv_sec=9, tv_nsec=0}, {sigmask=[], sigsetsize=8}) = 2 (in [5], out [4], left {tv_sec=8, tv_nsec=5})',
      '9 pselect6(4, [3], NULL, NULL, {tv_sec=9, tv_nsec=0}, {sigmask=[], sigsetsize=8}) = 1 (in [3], left {tv_sec=8, tv_nsec=5})',
    ],
    [
      'poll',
      '9 ppoll([{fd=3, events=POLLIN}, {fd=5, events=POLLIN|POLLRDHUP}, {fd=4, events=POLLOUT}], 3, {tv_sec=9, tv_nsec=0}, NULL, 8) = 2 ([{fd=5, revents=POLLIN}, {fd=4, revents=POLLOUT}], left {tv_sec=8, tv_nsec=5})',
      '9 ppoll([{fd=3, events=POLLIN}], 1, {tv_sec=9, tv_nsec=0}, NULL, 8) = 1 ([{fd=3, revents=POLLIN}], left {tv_sec=8, tv_nsec=5})',
    ],
    [
      'epoll',
      '9 epoll_pwait(7, [{events=EPOLLIN, data={u32=50, u64=50}}, {events=EPOLLOUT, data={u32=40, u64=40}}], 9, -1, NULL, 8) = 2',
      '9 epoll_pwait(7, [{events=EPOLLIN, data={u32=30, u64=30}}], 9, -1, NULL, 8) = 1',
    ],
    [
      'epoll',
      '9 epoll_pwait2(7, [{events=EPOLLIN, data={u32=50, u64=50}}, {events=EPOLLOUT, data={u32=40, u64=40}}], 9, {tv_sec=9, tv_nsec=0}, NULL, 8) = 2',
      '9 epoll_pwait2(7, [{events=EPOLLIN, data={u32=30, u64=30}}], 9, NULL, NULL, 8) = 1',
    ],
    [
      'epoll',
      '9 epoll_wait(7, [{events=EPOLLIN, data={u32=50, u64=50}}, {events=EPOLLOUT, data={u32=40, u64=40}}], 9, -1) = 2',
      '9 epoll_wait(7, [{events=EPOLLIN, data={u32=30, u64=30}}], 9, -1) = 1',
    ],
  ] as const)('over %s is shown with its ready sets', ([name, both, first]) => {
    const state = stateAfter(
      '9 listen(3, 128) = 0',
      '9 epoll_create1(EPOLL_CLOEXEC) = 7',
      '9 epoll_ctl(7, EPOLL_CTL_ADD, 3, {events=EPOLLIN, data={u32=30, u64=30}}) = 0',
      first,
      `9 accept4(3, ${ADDRESS}) = 4`,
      '9 epoll_ctl(7, EPOLL_CTL_ADD, 4, {events=EPOLLIN, data={u32=40, u64=40}}) = 0',
      first,
      `9 accept4(3, ${ADDRESS}) = 5`,
      '9 epoll_ctl(7, EPOLL_CTL_ADD, 5, {events=EPOLLIN, data={u32=50, u64=50}}) = 0',
      '9 epoll_ctl(7, EPOLL_CTL_MOD, 4, {events=EPOLLOUT, data={u32=40, u64=40}}) = 0',
      both,
      `9 recvfrom(5, ${SOME}, 8, 0, NULL, NULL) = 3`,
    );
    expect(state.server).toMatchObject({ architecture: 'loop', name });
    expect(state.threads[0]).toMatchObject({ turn: 3, inready: [2], outready: [1], s0Ready: false });
    expect([...state.clients.values()]).toMatchObject([{ interest: 'write' }, { interest: 'read', bytesGot: 3 }]);
  });
});

describe('several loops', () => {
  const epoll = (tid: number, fd: number, ready: number, result = 1): string =>
    `${tid} epoll_wait(${fd}, [{events=EPOLLIN, data={u32=${ready}, u64=${ready}}}], 9, -1) = ${result}`;
  const add = (tid: number, epfd: number, fd: number): string =>
    `${tid} epoll_ctl(${epfd}, EPOLL_CTL_ADD, ${fd}, {events=EPOLLIN, data={u32=${fd}, u64=${fd}}}) = 0`;

  it('get a lane each, and a client moves to the loop that watches it', () => {
    const state = stateAfter(
      ...['9 listen(3, 128) = 0', '9 epoll_create1(0) = 7', '9 epoll_create1(0) = 8', add(9, 7, 3)],
      ...[`${CLONE} = 10`, '10 epoll_wait(8, ', epoll(9, 7, 3), `9 accept4(3, ${ADDRESS}) = 4`, add(9, 8, 4)],
      ...[epoll(10, 8, 4), `10 recvfrom(4, ${SOME}, 8, 0, NULL, NULL) = 3`, epoll(9, 7, 3)],
      `9 accept4(3, ${ADDRESS}) = 5`,
    );
    expect(state.threads.map(({ info }) => info.name)).toEqual(['loop-1', 'loop-2']);
    expect([...state.clients.values()]).toMatchObject([
      { place: 'loop', thread: 1, bytesGot: 3 },
      { place: 'loop', thread: 0 },
    ]);
    expect(state.threads[1]!.inready).toEqual([1]);
  });

  it('leave out a thread that waits for something else', () => {
    const state = stateAfter(
      ...['9 listen(3, 128) = 0', '9 epoll_create1(0) = 7', '9 epoll_create1(0) = 8', add(9, 7, 3)],
      ...[`${CLONE} = 10`, add(10, 8, 12), epoll(10, 8, 12), epoll(9, 7, 3), `9 accept4(3, ${ADDRESS}) = 4`],
      ...[add(9, 7, 4), epoll(9, 7, 4), epoll(10, 8, 12)],
    );
    expect(state.threads.map(({ info }) => info.name)).toEqual(['loop-1']);
  });
});

describe('descriptors', () => {
  const served = (...calls: string[]): State =>
    stateAfter('9 listen(3, 128) = 0', `9 accept4(3, ${ADDRESS}, SOCK_CLOEXEC) = 4`, ...calls);
  const received = (fd: number): string => `9 recvfrom(${fd}, ${SOME}, 8, 0, NULL, NULL) = 3`;

  it.for([
    ['dup', '9 dup(4) = 6'],
    ['dup2', '9 dup2(4, 6) = 6'],
    ['dup3', '9 dup3(4, 6, O_CLOEXEC) = 6'],
    ['fcntl', '9 fcntl(4, F_DUPFD_CLOEXEC, 5) = 6'],
    ['fcntl64', '9 fcntl64(4, F_DUPFD, 5) = 6'],
  ] as const)('of %s stand for the same client until the last one is closed', ([, copy]) => {
    const [client] = served(received(4), copy, '9 close(4) = 0', received(6)).clients.values();
    expect(client).toMatchObject({ place: 'thread', bytesGot: 6 });
    const [gone] = served(received(4), copy, '9 close(4) = 0', '9 close(6) = 0').clients.values();
    expect(gone!.place).toBe('gone');
  });

  it.for([
    ['dup2 onto it', '9 dup2(1, 4) = 4'],
    ['close_range', '9 close_range(3, 4294967295, 0) = 0'],
    ['execve', '9 execve("/bin/true", ["true"], 0x7ffc /* 9 vars */) = 0'],
    ['the end of its process', '9 +++ killed by SIGSEGV (core dumped) +++'],
  ] as const)('of a client are closed by %s', ([, call]) => {
    const [gone] = served(received(4), call).clients.values();
    expect(gone!.place).toBe('gone');
  });

  it('survive execve once fcntl has said so', () => {
    const exec = '9 execve("/bin/true", ["true"], 0x7ffc /* 9 vars */) = 0';
    const [client] = served(received(4), '9 fcntl(4, F_SETFD, 0) = 0', exec).clients.values();
    expect(client!.place).toBe('thread');
  });

  it('may have the number of an older client that lives in another process', () => {
    const state = stateAfter(
      ...['9 listen(3, 128) = 0', `9 accept4(3, ${ADDRESS}) = 4`, '9 clone(child_stack=NULL, flags=SIGCHLD) = 12'],
      ...['9 close(4) = 0', `9 accept4(3, ${ADDRESS}) = 4`, `12 recvfrom(4, ${SOME}, 8, 0, NULL, NULL) = 3`],
    );
    expect([...state.clients.values()]).toMatchObject([
      { place: 'thread', bytesGot: 3 },
      { place: 'queue', bytesGot: 0 },
    ]);
  });
});

describe('a server with blocking calls', () => {
  it('is a pool when its threads were there before the first client', () => {
    const state = stateAfter(
      '9 listen(3, 128) = 0',
      `${CLONE} = 10`,
      `${CLONE} = 11`,
      `9 accept4(3, ${ADDRESS}) = 4`,
      `11 recvfrom(4, ${ASKED}, 8, 0, NULL, NULL) = 8`,
      `9 accept4(3, ${ADDRESS}) = 5`,
    );
    expect(state.threads.map(({ info }) => info.role)).toEqual(['accept', 'pool', 'pool']);
    expect([...state.clients.values()]).toMatchObject([
      { place: 'thread', interval: [100, 120] },
      { place: 'queue', ordinal: 2 },
    ]);
  });

  it('keeps a connection while a process has it, and ends it when the last of them exits', () => {
    const calls = [
      '9 listen(3, 128) = 0',
      `9 accept4(3, ${ADDRESS}) = 4`,
      '9 clone(child_stack=NULL, flags=SIGCHLD) = 12',
      '9 close(4) = 0',
      `12 recvfrom(4, ${SOME}, 8, 0, NULL, NULL) = 3`,
    ];
    const [client] = stateAfter(...calls).clients.values();
    expect(client).toMatchObject({ place: 'thread', bytesGot: 3 });
    const [gone] = stateAfter(...calls, '12 exit_group(0) = ?').clients.values();
    expect(gone!.place).toBe('gone');
  });

  it('knows a child whose first call is printed before the fork that started it has returned', () => {
    const [client] = stateAfter(
      ...[
        '9 listen(3, 128) = 0',
        `9 accept4(3, ${ADDRESS}) = 4`,
        '9 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>',
      ],
      `12 recvfrom(4, ${SOME}, 8, 0, NULL, NULL) = 3`,
      '9 <... clone resumed>) = 12',
    ).clients.values();
    expect(client).toMatchObject({ place: 'thread', bytesGot: 3 });
  });

  it('is a pool without a queue when several threads accept', () => {
    const state = stateAfter(
      ...['9 listen(3, 128) = 0', `${CLONE} = 10`, `${CLONE} = 11`, '10 accept4(3, ', '11 accept4(3, '],
      `10 accept4(3, ${ADDRESS}) = 4`,
      '10 recvfrom(4, ',
    );
    expect(state.threads).toMatchObject([
      { info: { role: 'pool' }, client: 1, blocked: { call: 'recv' } },
      { info: { role: 'pool' }, client: undefined, blocked: { call: 'accept' } },
    ]);
  });

  it('serves one client at a time when the thread that accepts also receives', () => {
    const state = stateAfter(
      '9 listen(3, 128) = 0',
      `9 accept4(3, ${ADDRESS}) = 4`,
      `9 recvfrom(4, ${SOME}, 8, 0, NULL, NULL) = 3`,
      '9 recvfrom(4, ',
    );
    expect(state.server.name).toBe('one thread');
    expect(waitingOf(state, [...state.clients.values()][0]!)).toMatchObject({ missingBytes: 5 });
  });
});
