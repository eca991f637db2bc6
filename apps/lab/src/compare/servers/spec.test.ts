import { describe, expect, it } from 'vitest';
import { parseCommand, parseServer, parseServers, refuseTwins } from './spec.ts';

describe('parseServers()', () => {
  it('reads a list of kinds, with numbers of threads', () => {
    expect(
      parseServers('select, poll,epoll,loops:2,pool:5,net').map(({ name, kind, threads, start }) => [
        name,
        kind,
        threads,
        'args' in start ? start.args.join(' ') : '',
      ]),
    ).toEqual([
      ['select', 'select', 1, 'select --selector select'],
      ['poll', 'poll', 1, 'select --selector poll'],
      ['epoll', 'epoll', 1, 'select --selector epoll'],
      ['loops:2', 'loops', 2, 'select --selector epoll --loops 2'],
      ['pool:5', 'pool', 5, 'pool --threads 5'],
      ['net', 'net', 1, ''],
    ]);
  });

  it('throws when a server comes twice, as a report could not tell them apart', () => {
    expect(() => parseServers('epoll,net,epoll')).toThrow(
      'servers: each must have a name of its own, received epoll twice',
    );
  });
});

describe('parseServer()', () => {
  it("hands options behind a + on to the server's command line", () => {
    const spec = parseServer('epoll+quantum=256+greeting');
    expect(spec).toMatchObject({ name: 'epoll+quantum=256+greeting', kind: 'epoll', quantum: 256 });
    expect(spec.start).toEqual({
      program: 'server',
      args: ['select', '--selector', 'epoll', '--quantum', '256', '--greeting'],
    });
    expect(spec.description).toContain('(quantum=256, greeting)');
  });

  it.each(['', 'fork', 'pool:', 'pool:0', 'pool:1025', 'pool:2:3', 'epoll:2', 'epoll+', 'epoll+--x', 'toString'])(
    'throws, with what it received, when the server is %j',
    (text) => {
      expect(() => parseServer(text)).toThrow(new RegExp(`servers: .*received .*${text.replaceAll('+', '\\+')}`));
    },
  );
});

describe('parseCommand()', () => {
  it('takes a name in front of the command', () => {
    expect(parseCommand('mine=python3 server.py --port={port}')).toMatchObject({
      name: 'mine',
      kind: 'command',
      start: { shell: 'python3 server.py --port={port}' },
    });
  });

  it('names a server by its command when nothing else is said', () => {
    expect(parseCommand('python3 server.py {port} -v').name).toBe('python3 server.py -v');
  });

  it('throws when the port has no place', () => {
    expect(() => parseCommand('python3 server.py')).toThrow(
      'command: must say {port} where its port belongs, received "python3 server.py"',
    );
  });
});

describe('refuseTwins()', () => {
  it('lets servers with different names pass', () => {
    expect(() => {
      refuseTwins([parseServer('net'), parseCommand('mine=x {port}')]);
    }).not.toThrow();
  });
});
