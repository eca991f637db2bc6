import { describe, expect, it } from 'vitest';
import { isThreadPerClient, parseCommand, parseServer, parseServers, checkNames } from './server-spec.ts';
import { MADE_UP } from '../../testing/made-up-architecture.ts';
import { ARCHITECTURES, type Registry } from '@concurrent-primes/server/architectures';

describe('parseServers()', () => {
  it('parses a list of servers with numbers of threads', () => {
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
      ['net', 'net', 1, 'net'],
    ]);
  });

  it('throws when a server is listed twice', () => {
    expect(() => parseServers('epoll,net,epoll')).toThrow(
      'cannot compare servers: each must have a name of its own, got epoll twice',
    );
  });
});

describe('parseServer()', () => {
  it('finds the servers of any registry', () => {
    const registry: Registry = { ...ARCHITECTURES, rings: MADE_UP };
    expect(parseServer('ring:3+depth=8', registry)).toEqual({
      name: 'ring:3+depth=8',
      kind: 'ring',
      threads: 3,
      threadPerClient: true,
      quantum: undefined,
      description: '3 rings (depth=8)',
      start: { program: 'server', args: ['rings', '--fast', '--rings', '3', '--depth', '8'] },
    });
    expect(parseServer('ring', registry).threads).toBe(4);
    expect(() => parseServer('ring:10', registry)).toThrow('the number of threads must be from 1 to 9');
    expect(() => parseServer('fork', registry)).toThrow(', net, ring:N, got "fork"');
  });

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
    'throws and names the value when the server is %j',
    (text) => {
      expect(() => parseServer(text)).toThrow(
        new RegExp(`cannot use the server: .*got .*${text.replaceAll('+', '\\+')}`),
      );
    },
  );
});

describe('parseCommand()', () => {
  it('takes a name before the command', () => {
    expect(parseCommand('mine=python3 server.py --port={port}')).toMatchObject({
      name: 'mine',
      kind: 'command',
      start: { shell: 'python3 server.py --port={port}' },
    });
  });

  it('names a server by its command by default', () => {
    expect(parseCommand('python3 server.py {port} -v').name).toBe('python3 server.py -v');
  });

  it('throws when it does not contain the port', () => {
    expect(() => parseCommand('python3 server.py')).toThrow(
      'cannot use the command: it must contain {port}, got "python3 server.py"',
    );
  });
});

describe('checkNames()', () => {
  it('lets servers with different names pass', () => {
    expect(() => {
      checkNames([parseServer('net'), parseCommand('mine=x {port}')]);
    }).not.toThrow();
  });
});

describe('isThreadPerClient()', () => {
  it('reads the capability, and recognizes the pool of earlier results', () => {
    expect(['pool:5', 'epoll'].map((text) => isThreadPerClient(parseServer(text)))).toEqual([true, false]);
    const { name, kind, threads, quantum, description, start } = parseServer('pool');
    expect(isThreadPerClient({ name, kind, threads, quantum, description, start })).toBe(true);
    expect(isThreadPerClient(parseCommand('x {port}'))).toBe(false);
  });
});
