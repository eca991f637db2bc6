import { ARCHITECTURES, type Architecture } from '@concurrent-primes/server/architectures';
import { expect, it } from 'vitest';
import { otherServers, poolServer, selectServer } from './bench-servers.ts';

const MADE_UP: Architecture = {
  description: 'rings of threads',
  options: [],
  examples: [],
  variants: {
    ring: {
      args: ['--fast'],
      threads: { flag: '--rings', default: 4, max: 9 },
      description: (threads) => `${threads} rings`,
    },
  },
  capabilities: { threadPerClient: true },
  summary: () => 'rings',
  start: () => Promise.reject(new Error('cannot start it')),
};

it('otherServers() has every server of the registry that no other function starts', () => {
  const { ring } = otherServers({ ...ARCHITECTURES, madeUp: MADE_UP });
  expect(ring?.name).toBe('ring');
  expect(ring?.command.join(' ')).toMatch(/main\.js madeUp --fast --rings 4 --port 0 --log-level warn /);
  expect(Object.keys(otherServers())).not.toContain('epoll');
});

it('selectServer() and poolServer() start a server of the registry, and are named by their flags', () => {
  const [select, pool] = [selectServer('epoll', '--loops', '2'), poolServer(8)];
  expect([select.name, pool.name]).toEqual(['epoll --loops 2', 'pool']);
  expect(select.command.join(' ')).toContain('main.js select --selector epoll --loops 2 --port 0');
  expect(pool.command.join(' ')).toContain('main.js pool --threads 8 --port 0');
});
