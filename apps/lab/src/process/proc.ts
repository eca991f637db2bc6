/**
 * What Linux tells of a running server, without the server's help: proc_pid_stat(5), proc_pid_status(5).
 *
 * A server is a process group: one process for ours, several for one that forks. Figures are sums over the group.
 * Processor time is counted by the kernel in ticks of 10 ms, so short runs are coarse, and includes that of children
 * that have ended and were waited for.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks of proc_pid_stat(5), which Linux fixes at 100 a second for programs, whatever the kernel's own are. */
const TICK_MS = 10;
/** The unit of the resident set there. */
const PAGE_BYTES = 4096;

/** A look at a server. Counters begin with its start. */
export interface ProcessSample {
  /** Processor time in its own code, in milliseconds. */
  readonly userMs: number;
  /** Processor time in the kernel for it, in milliseconds. */
  readonly systemMs: number;
  /** How often a thread gave up its processor because it had to wait. */
  readonly voluntarySwitches: number;
  /** How often the kernel took a processor from a thread to give it to another one. */
  readonly involuntarySwitches: number;
  /** Resident memory now, in bytes. */
  readonly rssBytes: number;
  /** The most resident memory ever, in bytes. */
  readonly peakRssBytes: number;
  readonly threads: number;
  /** Open descriptors; each connection is one. */
  readonly descriptors: number;
}

/** Fields of one line of `/proc/PID/stat` that matter here. */
interface Stat {
  readonly pid: number;
  readonly group: number;
  readonly userMs: number;
  readonly systemMs: number;
  readonly threads: number;
  readonly rssBytes: number;
}

/**
 * The processes of a group.
 *
 * @param group - its id, which is that of its first process
 * @returns their ids, in no order; empty when all have ended
 */
export function membersOf(group: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat?.group === group)
    .map((stat) => stat!.pid);
}

/**
 * Looks at processes.
 *
 * @param pids - of one server
 * @returns sums over those that still run; undefined if none does
 */
export function sampleProcesses(pids: readonly number[]): ProcessSample | undefined {
  const stats = pids.flatMap((pid) => readStat(pid) ?? []);
  if (stats.length === 0) return undefined;
  // The kernel counts switches by thread; those of threads that have ended are gone.
  const threads = pids.flatMap((pid) =>
    entriesOf(`/proc/${pid}/task`).flatMap((tid) => readText(`/proc/${pid}/task/${tid}/status`) ?? []),
  );
  const processes = pids.flatMap((pid) => readText(`/proc/${pid}/status`) ?? []);
  return {
    userMs: sum(stats, ({ userMs }) => userMs),
    systemMs: sum(stats, ({ systemMs }) => systemMs),
    voluntarySwitches: sum(threads, (status) => field(status, 'voluntary_ctxt_switches')),
    involuntarySwitches: sum(threads, (status) => field(status, 'nonvoluntary_ctxt_switches')),
    rssBytes: sum(stats, ({ rssBytes }) => rssBytes),
    peakRssBytes: sum(processes, (status) => field(status, 'VmHWM') * 1024),
    threads: sum(stats, ({ threads }) => threads),
    descriptors: sum(stats, ({ pid }) => entriesOf(`/proc/${pid}/fd`).length),
  };
}

/**
 * Whether any thread of some processes runs, or would if a processor were free. Processor time wouldn't tell: where
 * others want it, too, a thread that has much to do gets little.
 */
export function isBusy(pids: readonly number[]): boolean {
  return pids.some((pid) =>
    entriesOf(`/proc/${pid}/task`).some((tid) => {
      const stat = readText(`/proc/${pid}/task/${tid}/stat`);
      // The state: R running or runnable, D waiting for a disk.
      return stat !== undefined && /^[RD]/.test(stat.slice(stat.lastIndexOf(')') + 2));
    }),
  );
}

function readStat(pid: number): Stat | undefined {
  const text = readText(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // Behind the name, which may have spaces in it, fields are counted from 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const at = (field: number): number => Number(fields[field - 3]);
  return {
    pid,
    group: at(5),
    // 14 and 15 are its own, 16 and 17 those of children that were waited for.
    userMs: (at(14) + at(16)) * TICK_MS,
    systemMs: (at(15) + at(17)) * TICK_MS,
    threads: at(20),
    rssBytes: at(24) * PAGE_BYTES,
  };
}

function field(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
}

/** Undefined when the process or thread has ended meanwhile. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function entriesOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
