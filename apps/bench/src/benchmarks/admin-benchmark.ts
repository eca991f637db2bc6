/** What the metrics cost: each server with an admin port, which is read each second, is compared with itself without one. */
import type { Sample } from '../servers/server-sample.ts';
import { flagCostBenchmark } from './flag-cost.ts';

const READ_EVERY_MS = 1000;

/** Makes the benchmark `admin`. */
export const makeAdminBenchmark = flagCostBenchmark({
  what: 'metrics',
  ours: { flags: ['--admin-port', '0'], during: readMetrics },
  peer: { flags: [] },
  limits: { atMost: 1.03 },
});

/** Reads the metrics now and each second from then on, as a monitoring system does. */
async function readMetrics({ server }: Sample): Promise<AsyncDisposable> {
  const url = await server.find(() => /^admin port at (\S+)$/m.exec(server.stdout)?.[1]);
  const read = async (): Promise<void> => {
    await (await fetch(`${url!}/metrics`)).text();
  };
  await read();
  let reading = Promise.resolve();
  const timer = setInterval(() => {
    reading = reading.then(read);
    // Awaited at the end.
    reading.catch(() => undefined);
  }, READ_EVERY_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await reading;
    },
  };
}
