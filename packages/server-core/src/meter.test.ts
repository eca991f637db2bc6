import { expect, it } from 'vitest';
import { HISTOGRAM_BOUNDS, Meter, readMeters } from './meter.ts';

it('add() counts a value in the first bucket whose bound is not below it', () => {
  const meter = new Meter();
  const bounds = HISTOGRAM_BOUNDS.readyDescriptors;
  for (const value of [...bounds, 1001, 5000]) meter.readyDescriptors.add(value);
  const { counts, sum } = readMeters([{ role: 'loop', memory: meter.memory }]).histograms.readyDescriptors;
  expect(counts).toEqual([...bounds.map(() => 1), 2]);
  expect(sum).toBe(bounds.reduce((total, bound) => total + bound, 6001));
});

it('the bounds of a histogram ascend', () => {
  for (const bounds of Object.values(HISTOGRAM_BOUNDS)) expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
});

it('readMeters() adds up the threads, and no histogram disturbs another one', () => {
  const meters = [new Meter(), new Meter()];
  const [first, second] = meters as [Meter, Meter];
  first.sent(2 ** 40);
  second.sent(5);
  first.exchangeSeconds.add(0.3);
  second.exchangeSeconds.add(0.2);
  second.firstByteSeconds.add(70);
  first.queuedSeconds.add(0);
  const { bytesSent, histograms } = readMeters(meters.map(({ memory }) => ({ role: 'pool', memory })));
  expect(bytesSent).toBe(2 ** 40 + 5);
  const found = Object.entries(histograms).map(([name, { bounds, counts, sum }]) => [
    name,
    counts.flatMap((count, bucket) => (count === 0 ? [] : [`${count} up to ${bounds[bucket] ?? 'any'}`])),
    sum,
  ]);
  expect(found).toEqual([
    ['exchangeSeconds', ['1 up to 0.25', '1 up to 0.5'], 0.5],
    ['firstByteSeconds', ['1 up to any'], 70],
    ['queuedSeconds', ['1 up to 0.0001'], 0],
    ['readyDescriptors', [], 0],
  ]);
});

it('readMeters() counts threads by the call that they are in, and not those that have ended', () => {
  const [accept, ...pool] = [new Meter(), new Meter(), new Meter(), new Meter()] as const;
  const read = (): unknown => {
    const [first, ...others] = [accept, ...pool].map(({ memory }) => memory);
    return readMeters([
      { role: 'accept', memory: first! },
      ...others.map((memory) => ({ role: 'pool', memory }) as const),
    ]).threads;
  };
  const none = { running: 0, accept: 0, put: 0, take: 0, recv: 0, send: 0 };
  expect(read()).toEqual(none);
  accept.enter('put');
  pool[0].enter('none');
  pool[1].enter('recv');
  pool[2].enter('recv');
  expect(read()).toEqual({ ...none, put: 1, running: 1, recv: 2 });
  pool[2].end();
  accept.enter('accept');
  expect(read()).toEqual({ ...none, accept: 1, running: 1, recv: 1 });
});

it.for([
  ['loop', true],
  ['pool', false],
  ['net', false],
] as const)('readMeters() says whether threads of the role %s make turns', ([role, turns]) => {
  expect(readMeters([{ role, memory: new Meter().memory }]).turns).toBe(turns);
});
