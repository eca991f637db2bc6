/** The sieve against the fastest ones in C++ and in npm packages. Each row is explained in docs/benchmarks.md. */
import { CHUNK_BYTES, MAX_INT32, SEGMENT_SPAN } from '@concurrent-primes/sieve';
import { createRequire } from 'node:module';
import { beforeKey, rowBefore } from '../before-and-after.ts';
import type { Benchmark, Checkout, Contender, Experiment, Goal, Row, Workshop } from '../benchmark.ts';
import type { Peers } from '../peers.ts';
import { builtProgram, jobProgram, type Program, readPrimesieve } from '../timed-program.ts';

/** How much work a sample holds. */
interface Workload {
  readonly limit: number;
  readonly limitText: string;
  /** Count and sum of the primes up to the limit. */
  readonly primes: number;
  readonly sum: bigint;
  /** How often a program repeats its work; the shortest time counts. */
  readonly passes: number;
  /** How often a hot kernel repeats its work within one measured time. */
  readonly repeats: number;
  /** Lengths of short intervals, and the number of intervals of each. */
  readonly lengths: readonly (readonly [length: number, intervals: number])[];
  readonly listLimit: number;
  readonly listLimitText: string;
  readonly listPrimes: number;
  readonly listSum: bigint;
}

const FULL: Workload = {
  limit: MAX_INT32,
  limitText: '2^31)',
  primes: 105_097_565,
  sum: 109_930_816_131_860_852n,
  passes: 3,
  repeats: 2000,
  lengths: [
    [1e3, 1000],
    [1e4, 1000],
    [1e5, 1000],
    [1e6, 200],
    [1e7, 50],
    [1e8, 15],
  ],
  listLimit: 1e8,
  listLimitText: '10^8]',
  listPrimes: 5_761_455,
  listSum: 279_209_790_387_276n,
};

const QUICK: Workload = {
  // primesieve reports whole milliseconds: this takes more than one.
  limit: 1e8,
  limitText: '10^8]',
  primes: 5_761_455,
  sum: 279_209_790_387_276n,
  passes: 1,
  repeats: 2,
  lengths: [[1e3, 3]],
  listLimit: 1e6,
  listLimitText: '10^6]',
  listPrimes: 78_498,
  listSum: 37_550_402_023n,
};

const OURS = 'sieve';
const ITERATOR = 'libprimesieve iterator + byte swap';

/** A segment in the middle of the domain, and its number of primes, counted by primesieve. */
const SEGMENT = 1000;
const PRIMES_IN_SEGMENT = 47_616;
/** The sum of the first 16384 primes, which fill a chunk; computed by primesieve. */
const CHUNK_SUM = '1405167561';

/** Makes the benchmark `sieve`. */
export async function makeSieveBenchmark({ quick, peers: openPeers, against }: Workshop): Promise<Benchmark> {
  const workload = quick ? QUICK : FULL;
  const peers = await openPeers();
  return {
    experiments: [
      countAll(workload, peers, against),
      streamAll(workload, peers),
      fill(workload),
      expand(workload),
      sum(workload),
      ...workload.lengths.map(([length, intervals]) => countShort(workload, peers, length, intervals)),
      first(workload),
      list(workload),
    ],
    versions: { ...packageVersions(), ...peers.versions },
  };
}

function countAll(
  { limit, limitText, primes, passes }: Workload,
  peers: Peers,
  against: Checkout | undefined,
): Experiment {
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
      time(what, { kind: 'ratio', atMost: 0.75 }, 'segments', 'peer'),
      time(`count [0, ${limitText} by one call`, { kind: 'ratio' }, 'call', 'peer'),
      ...(against ? [rowBefore(what, 'elapsedMs', 'segments')] : []),
    ],
  };
}

function streamAll({ limit, limitText, primes, sum, passes }: Workload, peers: Peers): Experiment {
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
      time(`[0, ${limitText} as int32 in 64 KB chunks, cold`, { kind: 'ratio', atMost: 0.65 }, 'cold', 'peer'),
      time('the same from a filled table', { kind: 'ratio', atMost: 0.25 }, 'warm', 'peer'),
    ],
  };
}

function fill({ passes }: Workload): Experiment {
  return {
    name: 'fill',
    contenders: {
      one: ours('fill', [1, passes], { name: `${OURS}, 1 thread` }),
      two: ours('fill', [2, passes], { name: `${OURS}, 2 threads` }),
    },
    expected: String(FULL.primes),
    sampleSeconds: 1,
    rows: [time('fill the table with 2 threads', { kind: 'speedup', atLeast: 1.9 }, 'two', 'one')],
  };
}

function expand({ repeats, passes }: Workload): Experiment {
  const from = SEGMENT * SEGMENT_SPAN;
  return {
    name: 'expand',
    contenders: {
      ours: ours('expand', [from, from + SEGMENT_SPAN - 1, repeats, passes], {
        derive: (elapsedMs) => ({ primesPerSecond: (PRIMES_IN_SEGMENT * repeats) / (elapsedMs / 1000) }),
      }),
    },
    expected: String(PRIMES_IN_SEGMENT),
    rows: [
      {
        what: 'expand a segment that is sieved',
        ...{ metric: 'primesPerSecond', ours: 'ours' },
        goal: { kind: 'value', atLeast: 2e9 },
      },
    ],
  };
}

function sum({ repeats, passes }: Workload): Experiment {
  return {
    name: 'sum',
    contenders: {
      ours: ours('sum', [repeats, passes], {
        derive: (elapsedMs) => ({ bytesPerSecond: (CHUNK_BYTES * repeats) / (elapsedMs / 1000) }),
      }),
    },
    expected: CHUNK_SUM,
    rows: [{ what: 'sum a chunk', metric: 'bytesPerSecond', ours: 'ours', goal: { kind: 'value', atLeast: 15e9 } }],
  };
}

function countShort({ passes }: Workload, peers: Peers, length: number, intervals: number): Experiment {
  const args = [length, passes];
  const input = startsBelow(MAX_INT32 - length + 1, intervals)
    .map((start) => `${start}\n`)
    .join('');
  return {
    name: `count ${length}`,
    contenders: {
      ours: ours('count', args, { input }),
      peer: builtProgram('libprimesieve count_primes', peers.count, args.map(String), { input }),
    },
    sampleSeconds: 0.3,
    rows: [
      time(
        `count below 2^31, length 10^${Math.round(Math.log10(length))}`,
        { kind: 'ratio', atMost: 1 },
        'ours',
        'peer',
      ),
    ],
  };
}

function first({ listLimit, listLimitText, listPrimes, listSum }: Workload): Experiment {
  return {
    name: 'first',
    contenders: { ours: ours('first', [listLimit]) },
    expected: `${listPrimes} primes, sum ${listSum}`,
    rows: [time(`first [0, ${listLimitText} of a new process`, { kind: 'value', atMost: 20 }, 'ours')],
  };
}

function list({ listLimit, listLimitText, listPrimes, listSum }: Workload): Experiment {
  const packages = ['prime-lib', 'primesieve', 'sieve-of-eratosthenes'];
  const lister = (name: string): Contender =>
    jobProgram(name === OURS ? OURS : `npm ${name}`, 'list', [listLimit, listPrimes, name]);
  return {
    name: 'list',
    contenders: Object.fromEntries([OURS, ...packages].map((name) => [name, lister(name)])),
    expected: String(listSum),
    // The slowest takes ten seconds.
    ...{ rounds: 3, sampleSeconds: 2.5 },
    rows: packages.map((name) =>
      time(`list [0, ${listLimitText} in a new process`, { kind: 'ratio', atMost: 1 }, OURS, name),
    ),
  };
}

function time(what: string, goal: Goal, ours: string, peer?: string): Row {
  return { what, metric: 'elapsedMs', ours, ...(peer !== undefined && { peer }), goal };
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
  return {
    sieve: version('@concurrent-primes/sieve'),
    'npm prime-lib': version('prime-lib'),
    'npm primesieve': version('primesieve'),
    'npm sieve-of-eratosthenes': version('sieve-of-eratosthenes'),
  };
}
