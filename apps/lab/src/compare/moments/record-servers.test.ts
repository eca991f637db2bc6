/** Recordings of real servers under a small load. */
import { ARCHITECTURES } from '@concurrent-primes/server/architectures';
import { openRecording } from '@concurrent-primes/trace';
import { expect, it } from 'vitest';
import { parseScenario } from '../scenario.ts';
import { parseServers } from '../servers/server-spec.ts';
import { canRecord, recordServer } from './record-servers.ts';

/** Ten clients, of whom four say nothing. */
const SCENARIO = parseScenario({
  ...{ name: 'silence', title: 'Silence', teaches: 'Silent clients hold threads.', rounds: 1, seconds: 1 },
  servers: 'select',
  groups: [{ name: 'clients', clients: 10, intervals: { kind: 'fixed', interval: [2, 100] }, with: { silent: 0.4 } }],
});

async function recorded(server: string) {
  const [spec] = parseServers(server, ARCHITECTURES);
  const { bytes, moments } = await recordServer(spec!, SCENARIO, 1, ARCHITECTURES);
  return { moments, recording: await openRecording([bytes]) };
}

it('shows in a pool when clients waited for those that held its threads', async () => {
  const { moments, recording } = await recorded('pool:2');
  expect(moments.longestTurn).toBeUndefined();
  expect(moments.waiting!.text).toMatch(
    /^\d+ of \d+ clients waited for another one, while 2 clients held its threads$/,
  );
  const state = recording.stateAtStep(moments.waiting!.step);
  expect(state.queue.length).toBeGreaterThan(0);
});

it('shows in a loop the turn that took longest', async () => {
  const { moments, recording } = await recorded('select');
  const { step, text } = moments.longestTurn!;
  const column = recording.stateAtStep(step + 1).history.find((one) => one.step === step)!;
  expect(text).toMatch(new RegExp(`^its longest turn, turn ${column.turn.toLocaleString('en')}, took `));
  const all = recording.state.history.map(({ durationUs = 0 }) => durationUs);
  expect(column.durationUs).toBeGreaterThanOrEqual(Math.max(...all.slice(0, -1)));
});

it('records only our own servers', async () => {
  const [spec] = parseServers('select', ARCHITECTURES);
  const foreign = { ...spec!, name: 'mine', start: { shell: 'python3 server.py {port}' } };
  expect([canRecord(spec!), canRecord(foreign)]).toEqual([true, false]);
  await expect(recordServer(foreign, SCENARIO, 1, ARCHITECTURES)).rejects.toThrow('it must be one of our servers');
});
