/** The sieve against the fastest ones in C++ and in npm packages. Each row is explained in docs/benchmarks.md. */
import { CHUNK_BYTES, MAX_INT32, SEGMENT_SPAN } from '@concurrent-primes/sieve';
import { createRequire } from 'node:module';
import { beforeKey, rowBefore } from '../before-and-after.ts';
import {
  type Checkout,
  type Contender,
  type Experiment,
  type MakeBenchmark,
  ratio,
  value,
  withPeers,
} from '../benchmark.ts';
import type { Peers } from '../peers.ts';
import { builtProgram, jobProgram, type Program, readPrimesieve } from '../timed-program.ts';

/** How much work a sample holds. */
const FULL = {
  limit: MAX_INT32,
  limitText: '2^31)',
  /** Count and sum of the primes up to the limit. */
  primes: 105_097_565,
  sum: 109_930_816_131_860_852n,
  /** How often a program repeats its work; the shortest time counts. */
  passes: 3,
  /** How often a hot kernel repeats its work within one measured time. */
  repeats: 2000,
  /** Lengths of short intervals, and the number of intervals of each. */
  lengths: { 1e3: 1000, 1e4: 1000, 1e5: 1000, 1e6: 200, 1e7: 50, 1e8: 15 } as Readonly<Record<number, number>>,
  listLimit: 1e8,
  listLimitText: '10^8]',
  listPrimes: 5_761_455,
  listSum: 279_209_790_387_276n,
};

const QUICK: typeof FULL = {
  // primesieve reports whole milliseconds: this takes more than one.
  limit: 1e8,
  limitText: '10^8]',
  primes: 5_761_455,
  sum: 279_209_790_387_276n,
  ...{ passes: 1, repeats: 2, lengths: { 1e3: 3 } },
  listLimit: 1e6,
  listLimitText: '10^6]',
  listPrimes: 78_498,
  listSum: 37_550_402_023n,
};

const OURS = 'sieve';
/** Packages that list primes. */
const PACKAGES = ['prime-lib', 'primesieve', 'sieve-of-eratosthenes'];
const ITERATOR = 'libprimesieve iterator + byte swap';

/** A segment in the middle of the domain, and its number of primes, counted by primesieve. */
const SEGMENT = 1000;
const PRIMES_IN_SEGMENT = 47_616;
/** The sum of the first 16384 primes, which fill a chunk; computed by primesieve. */
const CHUNK_SUM = '1405167561';

/** Makes the benchmark `sieve`. */
export const makeSieveBenchmark: MakeBenchmark = async (workshop) => {
  const { experiments, versions } = await makeExperiments(workshop);
  return { experiments, versions: { ...packageVersions(), ...versions } };
};

const makeExperiments = withPeers((peers, { quick, against }) => {
  const workload = quick ? QUICK : FULL;
  return [
    countAll(workload, peers, against),
    streamAll(workload, peers),
    fill(workload),
    expand(workload),
    sum(workload),
    ...Object.entries(workload.lengths).map(([length, count]) => countShort(workload, peers, Number(length), count)),
    first(workload),
    list(workload),
  ];
});

function countAll({ limit, limitText, primes, passes }: typeof FULL, peers: Peers, against?: Checkout): Experiment {
  const what = `count [0, ${limitText}, one thread, all of it sieved`;
  return {
    name: 'count',
    contenders: {
      segments: ours('count-segments', [limit, passes]),
      ...(against && {
        [beforeKey('segments')]: jobProgram(beforeKey(OURS), 'count-segments', [limit, passes, against.sieve]),
      }),
      call: ours('count', [limit + 1, passes], { input: '0\n' }),
      peer: builtProgram('primesieve -t1', peers.primesieve, ['0', String(limit), '-t1', '--time', '--quiet'], {
        processesPerSample: passes,
        read: readPrimesieve,
      }),
    },
    expected: String(primes),
    sampleSeconds: 0.7,
    rows: [
      ratio(what, 'elapsedMs', 'segments', 'peer', { atMost: 0.75 }),
      ratio(`count [0, ${limitText} by one call`, 'elapsedMs', 'call', 'peer'),
      ...(against ? [rowBefore(what, 'elapsedMs', 'segments')] : []),
    ],
  };
}

function streamAll({ limit, limitText, primes, sum, passes }: typeof FULL, peers: Peers): Experiment {
  return {
    name: 'stream',
    contenders: {
      cold: ours('stream', [limit, passes, 0]),
      warm: ours('stream', [limit, passes, 1]),
      peer: builtProgram(ITERATOR, peers.int32be, [String(limit), String(passes)]),
    },
    expected: `${primes} primes, sum ${sum}`,
    sampleSeconds: 1.5,
    rows: [
      ratio(`[0, ${limitText} as int32 in 64 KB chunks, cold`, 'elapsedMs', 'cold', 'peer', { atMost: 0.65 }),
      ratio('the same from a filled table', 'elapsedMs', 'warm', 'peer', { atMost: 0.25 }),
    ],
  };
}

function fill({ passes }: typeof FULL): Experiment {
  return {
    name: 'fill',
    contenders: {
      one: ours('fill', [1, passes], { name: `${OURS}, 1 thread` }),
      two: ours('fill', [2, passes], { name: `${OURS}, 2 threads` }),
    },
    expected: String(FULL.primes),
    sampleSeconds: 1,
    rows: [
      {
        what: 'fill the table with 2 threads',
        ...{ metric: 'elapsedMs', ours: 'two', peer: 'one' },
        goal: { kind: 'speedup', atLeast: 1.9 },
      },
    ],
  };
}

function expand({ repeats, passes }: typeof FULL): Experiment {
  const from = SEGMENT * SEGMENT_SPAN;
  return {
    name: 'expand',
    contenders: {
      ours: ours('expand', [from, from + SEGMENT_SPAN - 1, repeats, passes], {
        derive: (elapsedMs) => ({ primesPerSecond: (PRIMES_IN_SEGMENT * repeats) / (elapsedMs / 1000) }),
      }),
    },
    expected: String(PRIMES_IN_SEGMENT),
    rows: [value('expand a segment that is sieved', 'primesPerSecond', 'ours', { atLeast: 2e9 })],
  };
}

function sum({ repeats, passes }: typeof FULL): Experiment {
  return {
    name: 'sum',
    contenders: {
      ours: ours('sum', [repeats, passes], {
        derive: (elapsedMs) => ({ bytesPerSecond: (CHUNK_BYTES * repeats) / (elapsedMs / 1000) }),
      }),
    },
    expected: CHUNK_SUM,
    rows: [value('sum a chunk', 'bytesPerSecond', 'ours', { atLeast: 15e9 })],
  };
}

function countShort({ passes }: typeof FULL, peers: Peers, length: number, intervals: number): Experiment {
  const args = [length, passes];
  const input = startsBelow(MAX_INT32 - length + 1, intervals)
    .map((start) => `${start}\n`)
    .join('');
  const what = `count below 2^31, length 10^${Math.round(Math.log10(length))}`;
  return {
    name: `count ${length}`,
    contenders: {
      ours: ours('count', args, { input }),
      peer: builtProgram('libprimesieve count_primes', peers.count, args.map(String), { input }),
    },
    sampleSeconds: 0.3,
    rows: [ratio(what, 'elapsedMs', 'ours', 'peer', { atMost: 1 })],
  };
}

function first({ listLimit, listLimitText, listPrimes, listSum }: typeof FULL): Experiment {
  return {
    name: 'first',
    contenders: { ours: ours('first', [listLimit]) },
    expected: `${listPrimes} primes, sum ${listSum}`,
    rows: [value(`first [0, ${listLimitText} of a new process`, 'elapsedMs', 'ours', { atMost: 20 })],
  };
}

function list({ listLimit, listLimitText, listPrimes, listSum }: typeof FULL): Experiment {
  const lister = (name: string): Contender =>
    jobProgram(name === OURS ? OURS : `npm ${name}`, 'list', [listLimit, listPrimes, name]);
  return {
    name: 'list',
    contenders: Object.fromEntries([OURS, ...PACKAGES].map((name) => [name, lister(name)])),
    expected: String(listSum),
    // The slowest takes ten seconds.
    ...{ rounds: 3, sampleSeconds: 2.5 },
    rows: PACKAGES.map((name) =>
      ratio(`list [0, ${listLimitText} in a new process`, 'elapsedMs', OURS, name, { atMost: 1 }),
    ),
  };
}

function ours(job: string, args: readonly number[], { name = OURS, ...more }: Partial<Program> = {}): Contender {
  return jobProgram(name, job, args, more);
}

/**
 * Lower bounds spread over the upper tenth of the domain: the same in each run, and far apart, so that no interval
 * benefits from what another has sieved.
 */
function startsBelow(greatest: number, count: number): number[] {
  // Multiples of the golden ratio modulo 1 spread most evenly (Knuth, The Art of Computer Programming 3, 6.4).
  const golden = (Math.sqrt(5) - 1) / 2;
  return Array.from({ length: count }, (_, i) => Math.floor(greatest * (0.9 + 0.1 * ((i * golden) % 1))));
}

function packageVersions(): Record<string, string> {
  const require = createRequire(import.meta.url);
  const version = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;
  const packages = Object.fromEntries(PACKAGES.map((name) => [`npm ${name}`, version(name)])) as Record<string, string>;
  return { sieve: version('@concurrent-primes/sieve'), ...packages };
}
