/** The ways that promise it lose no request, while clients ask at a constant rate. */
import { describe, expect, it } from 'vitest';
import { runRestarts } from './restart-run.ts';
import { RESTART_WAYS } from './restart-ways.ts';

const RATE = 100;

const LOSSLESS = Object.entries(RESTART_WAYS)
  .filter(([name, { isLossless }]) => isLossless && name !== 'none')
  .map(([name, way]) => ({ name, way }));

const SERVERS = [
  { server: 'epoll', serverArgs: ['select', '--selector', 'epoll'], keepAlive: false },
  { server: 'epoll', serverArgs: ['select', '--selector', 'epoll'], keepAlive: true },
  { server: 'pool', serverArgs: ['pool', '--threads', '8'], keepAlive: false },
  { server: 'net', serverArgs: ['net'], keepAlive: true },
];

describe.skipIf(process.platform !== 'linux').each(LOSSLESS)('a restart by $name', ({ way }) => {
  it.for(SERVERS)(
    'loses no request of $server when clients keep their connections: $keepAlive',
    async ({ serverArgs, keepAlive }, test) => {
      const missing = await way.missing?.();
      if (missing !== undefined) test.skip(missing);
      const result = await runRestarts(way, { serverArgs, keepAlive, rate: RATE, restarts: 1 });
      expect(result.errors).toEqual({});
      // Before and after the restart.
      expect(result.requests).toBeGreaterThanOrEqual(RATE);
      expect(result.resent === 0 || keepAlive).toBe(true);
    },
  );
});

describe.skipIf(process.platform !== 'linux')('a restart by stop-start', () => {
  it('fails requests: the load notices what is lost', async () => {
    const serverArgs = ['select', '--selector', 'epoll'];
    const way = RESTART_WAYS['stop-start']!;
    const { errors } = await runRestarts(way, { serverArgs, keepAlive: false, rate: RATE, restarts: 1 });
    expect(errors['connect-refused']).toBeGreaterThan(0);
  });
});
