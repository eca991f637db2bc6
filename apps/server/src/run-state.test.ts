import { NO_LEAK_CHECK, currentResources, expectNoLeak, startRuntimeThreads } from '@concurrent-primes/fixtures';
import { expect, it } from 'vitest';
import { startServer } from './architectures.ts';
import { openAdminPort } from './admin/admin-port.ts';
import { POST_DRAIN, RunState } from './run-state.ts';

it('a run is ready while its server accepts clients and nobody has asked it to stop', async () => {
  const run = new RunState({ lostRecords: 0 });
  await using admin = await openAdminPort('localhost', 0, run);
  const readyz = async (): Promise<number> => (await fetch(`${admin.url}/readyz`)).status;
  expect([run.readiness, await readyz()]).toEqual(['starting', 503]);
  const server = await startServer(['select'], { host: '127.0.0.1', port: 0, table: 'none' });
  run.server = server;
  expect([run.readiness, await readyz()]).toEqual(['ready', 200]);
  await fetch(`${admin.url}/drain`, { method: 'POST' });
  expect([run.readiness, await readyz(), server.accepting]).toEqual(['draining', 503, true]);
  run.askToStop('SIGTERM');
  expect(await run.stopAsked).toBe(POST_DRAIN);
  await server.stop(0);
});

it('a run is not ready when its server has stopped or failed', async () => {
  const run = new RunState({ lostRecords: 0 });
  run.server = await startServer(['select'], { host: '127.0.0.1', port: 0, table: 'none' });
  await run.server.stop(0);
  expect(run.readiness).toBe('draining');
});

it('a closed admin port leaves no descriptor and no thread', async (test) => {
  if (NO_LEAK_CHECK !== undefined) test.skip(NO_LEAK_CHECK);
  const run = new RunState({ lostRecords: 0 });
  await startRuntimeThreads();
  const ask = async (): Promise<void> => {
    await using admin = await openAdminPort('localhost', 0, run);
    const response = await fetch(`${admin.url}/metrics`);
    expect(await response.text()).toContain('primes_build_info');
  };
  await ask(); // the first request starts what the runtime keeps
  const before = currentResources();
  await ask();
  await expectNoLeak(before);
});
