/**
 * What Linux knows of running processes: proc_pid_stat(5), proc_pid_status(5).
 *
 * The kernel counts processor time in ticks of 10 ms, so readings of short runs are coarse.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Clock ticks of proc_pid_stat(5), which Linux fixes at 100 a second for programs, whatever the kernel's own are. */
const TICK_MS = 10;
const PAGE_BYTES = 4096;
const KIB = 1024;

/** One reading of a server, summed over its processes. Counters begin with its start. */
export interface ProcessSample {
  /** Processor time in its own code, in milliseconds, including children that have ended and were waited for. */
  readonly userMs: number;
  /** Processor time in the kernel, in milliseconds, including such children. */
  readonly systemMs: number;
  /** How often a thread gave up its processor to wait. */
  readonly voluntarySwitches: number;
  /** How often the kernel took a processor from a thread to give it to another one. */
  readonly involuntarySwitches: number;
  readonly rssBytes: number;
  /** Peak of the resident memory since its start or since {@link resetPeakMemory}. */
  readonly peakRssBytes: number;
  readonly threads: number;
  /** Open descriptors; each connection is one. */
  readonly descriptors: number;
}

export type ProcessMemory = Pick<ProcessSample, 'rssBytes' | 'peakRssBytes'>;

/** The ids of the processes of a group, unordered; empty when all have ended. */
export function membersOf(group: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(readStat(Number(name))?.(5)) === group)
    .map(Number);
}

/** Reads the processes of a server: sums over those that still run; undefined if none does. */
export function sampleProcesses(pids: readonly number[]): ProcessSample | undefined {
  const stats = pids.flatMap((pid) => readStat(pid) ?? []);
  if (stats.length === 0) return undefined;
  // The kernel counts switches by thread; those of threads that have ended are gone.
  const threads = pids.flatMap((pid) =>
    entriesOf(`/proc/${pid}/task`).flatMap((tid) => readText(`/proc/${pid}/task/${tid}/status`) ?? []),
  );
  const processes = pids.flatMap((pid) => readText(`/proc/${pid}/status`) ?? []);
  return {
    // 14 and 15 are its own, 16 and 17 those of children that were waited for.
    userMs: sum(stats, (at) => (at(14) + at(16)) * TICK_MS),
    systemMs: sum(stats, (at) => (at(15) + at(17)) * TICK_MS),
    voluntarySwitches: sum(threads, (status) => field(status, 'voluntary_ctxt_switches') ?? 0),
    involuntarySwitches: sum(threads, (status) => field(status, 'nonvoluntary_ctxt_switches') ?? 0),
    rssBytes: sum(stats, (at) => at(24) * PAGE_BYTES),
    peakRssBytes: sum(processes, (status) => (field(status, 'VmHWM') ?? 0) * KIB),
    threads: sum(stats, (at) => at(20)),
    descriptors: sum(pids, (pid) => entriesOf(`/proc/${pid}/fd`).length),
  };
}

/**
 * Whether any thread of some processes runs, or would if a processor were free. Processor time wouldn't show it: on a
 * busy machine a thread with much to do gets little.
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

/** The processor time that all threads of a process have used so far, user and system, in milliseconds. */
export function readCpuMs(pid: number): number {
  return parseCpuMs(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

export function readMemory(pid: number): ProcessMemory {
  return parseMemory(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

/** Sets the peak of a process' memory to what is resident now. proc_pid_clear_refs(5) */
export function resetPeakMemory(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** A process that uses less than a tenth of a core counts as idle: some clients send it a byte now and then. */
const IDLE_SHARE = 0.1;
const IDLE_SAMPLE_MS = 200;
const IDLE_LIMIT_MS = 30_000;

/** Waits until a process is idle; throws an Error if it is still busy after 30 seconds. */
export async function untilIdle(pid: number, readMs: (pid: number) => number = readCpuMs): Promise<void> {
  const deadlineMs = performance.now() + IDLE_LIMIT_MS;
  let cpuMs = readMs(pid);
  for (;;) {
    await delay(IDLE_SAMPLE_MS);
    const nowMs = readMs(pid);
    if (nowMs - cpuMs <= IDLE_SHARE * IDLE_SAMPLE_MS) return;
    if (performance.now() > deadlineMs) {
      throw new Error(`cannot measure: process ${pid} must become idle within ${IDLE_LIMIT_MS / 1000} s, it is busy`);
    }
    cpuMs = nowMs;
  }
}

/** Reads `utime` and `stime` of proc_pid_stat(5), in milliseconds. */
export function parseCpuMs(stat: string): number {
  const at = parseStat(stat);
  const cpuMs = (at(14) + at(15)) * TICK_MS;
  if (!Number.isNaN(cpuMs)) return cpuMs;
  throw new RangeError(`cannot read processor time: utime and stime must be there, got ${stat}`);
}

/** Reads `VmRSS` and `VmHWM` of proc_pid_status(5). */
export function parseMemory(status: string): ProcessMemory {
  const bytes = (name: string): number => {
    const kib = field(status, name);
    if (kib === undefined) throw new RangeError(`cannot read memory: ${name} must be there, got ${status}`);
    return kib * KIB;
  };
  return { rssBytes: bytes('VmRSS'), peakRssBytes: bytes('VmHWM') };
}

/** Gives the numeric fields of a line of `/proc/PID/stat` by their numbers in proc_pid_stat(5). */
function parseStat(text: string): (field: number) => number {
  // After the name, which may contain spaces and parentheses, fields are counted from 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (field) => Number(fields[field - 3]);
}

function readStat(pid: number): ReturnType<typeof parseStat> | undefined {
  const text = readText(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(text);
}

function field(status: string, name: string): number | undefined {
  const [, digits] = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Undefined if the process or thread has ended meanwhile. */
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
