import { expect, it, onTestFinished } from 'vitest';
import { SeenByClients } from './seen-by-clients.ts';

function seen(names: readonly string[]) {
  const clock = { ms: 500 };
  const lines: string[] = [];
  const reports = new SeenByClients(
    names,
    (line) => lines.push(line.trim()),
    () => clock.ms,
  );
  onTestFinished(() => {
    reports[Symbol.dispose]();
  });
  return { clock, lines, reports };
}

it('tells what each client does, and how long it waited', async () => {
  const { clock, lines, reports } = seen(['silent', 'good']);
  await reports.before(0)('connects');
  clock.ms += 100;
  await reports.before(1)('sends its request');
  clock.ms += 2400;
  reports.left(1, 'served: 21 primes, sum 3167');
  reports.left(0, 'gone');
  expect(lines).toEqual([
    '0.0 s  client 1 (silent) connects',
    '0.1 s  client 2 (good) sends its request',
    '2.5 s  client 2 (good) served: 21 primes, sum 3167, after 2.4 s',
    '2.5 s  client 1 (silent) gone',
  ]);
});

it('sums up waits of a second and more', async () => {
  const { clock, lines, reports } = seen(Array<string>(11).fill('good'));
  reports.summarize();
  await reports.before(0)('sends its request');
  clock.ms += 999;
  for (let client = 1; client < 11; client += 1) await reports.before(client)('sends its request');
  lines.length = 0;
  reports.summarize();
  expect(lines).toEqual([]);
  clock.ms += 1;
  reports.summarize();
  expect(lines.splice(0)).toEqual(['1.0 s  1 client waits for its answer: 1 (1.0 s)']);
  clock.ms += 1000;
  reports.summarize();
  expect(lines).toEqual([
    '2.0 s  11 clients wait for their answers: 1 (2.0 s), 2 (1.0 s), 3 (1.0 s), 4 (1.0 s), 5 (1.0 s), 6 (1.0 s), 7 (1.0 s), 8 (1.0 s) and 3 more',
  ]);
});
