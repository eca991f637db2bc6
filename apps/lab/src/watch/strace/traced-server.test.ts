/** From lines of strace to the state that the page shows, without strace. */
import { fold, initialState, type ServerInfo, type State, waitingOf } from '@concurrent-primes/trace';
import { describe, expect, it } from 'vitest';
import { StraceLines } from './strace-lines.ts';
import { TracedServer } from './traced-server.ts';

const ASKED = String.raw`"\x00\x00\x00\x64\x00\x00\x00\x78"`;
const SOME = String.raw`"\x00\x00\x00"`;
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
  const { architecture, name, threads } = server.style!;
  const roles =
    architecture === 'loop'
      ? ['loop' as const]
      : ['accept' as const, ...Array.from({ length: threads }, () => 'pool' as const)];
  const info: ServerInfo = {
    ...{ architecture, name, host: '127.0.0.1', port: 1, phases: [], outcomes: [], options: {} },
    threads: roles.map((role, index) => ({ index, name: `thread ${index}`, role })),
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
      'epoll',
      '9 epoll_wait(7, [{events=EPOLLIN, data={u32=50, u64=50}}, {events=EPOLLOUT, data={u32=40, u64=40}}], 9, -1) = 2',
      '9 epoll_wait(7, [{events=EPOLLIN, data={u32=30, u64=30}}], 9, -1) = 1',
    ],
  ] as const)('over %s is shown with its ready sets', ([name, both, first]) => {
    const state = stateAfter(
      '9 listen(3, 128) = 0',
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

describe('a server with blocking calls', () => {
  it('is a pool when its threads were there before the first client', () => {
    const clone = '9 clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD}, 88)';
    const state = stateAfter(
      '9 listen(3, 128) = 0',
      `${clone} = 10`,
      `${clone} = 11`,
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
