/**
 * What the kernel knows of a process: the processor time that it took, and its memory. Only Linux tells it in /proc.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The clock of proc_pid_stat(5) ticks 100 times a second for programs, whatever the kernel's own does. */
const TICK_MS = 10;

const KIB = 1024;

/** Why servers can't be measured here; undefined where they can. */
export function whyNoProc(platform: NodeJS.Platform = process.platform): string | undefined {
  return platform === 'linux' ? undefined : `needs Linux (/proc), this is ${platform}`;
}

/** The memory of a process. */
export interface Memory {
  /** What is resident now. */
  readonly rssBytes: number;
  /** The most that was resident since the start, or since {@link resetPeak}. */
  readonly peakRssBytes: number;
}

/** The processor time that all threads of a process have taken so far, user and system, in milliseconds. */
export function readCpuMs(pid: number): number {
  return parseCpuMs(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** The memory of a process. */
export function readMemory(pid: number): Memory {
  return parseMemory(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

/** Lets the peak of a process begin anew from what is resident now. proc_pid_clear_refs(5) */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** A process that takes less than a tenth of a core is idle: some clients send it a byte now and then. */
const IDLE_SHARE = 0.1;
const IDLE_SAMPLE_MS = 200;
const IDLE_LIMIT_MS = 30_000;

/**
 * Waits until a process has next to nothing to do.
 *
 * @param readMs - tells its processor time
 * @throws Error if it still works after 30 seconds
 */
export async function untilIdle(pid: number, readMs: (pid: number) => number = readCpuMs): Promise<void> {
  const deadlineMs = performance.now() + IDLE_LIMIT_MS;
  let cpuMs = readMs(pid);
  for (;;) {
    await sleep(IDLE_SAMPLE_MS);
    const nowMs = readMs(pid);
    if (nowMs - cpuMs <= IDLE_SHARE * IDLE_SAMPLE_MS) return;
    if (performance.now() > deadlineMs) {
      throw new Error(`Cannot measure: the server must get idle within ${IDLE_LIMIT_MS / 1000} seconds, it is not`);
    }
    cpuMs = nowMs;
  }
}

/**
 * Reads `utime` and `stime` of proc_pid_stat(5), in milliseconds.
 *
 * @throws RangeError if they aren't there
 */
export function parseCpuMs(stat: string): number {
  // Behind the name, which may have spaces and parentheses in it, fields are counted from 3: utime is 14, stime 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const cpuMs = (Number(fields[14 - 3]) + Number(fields[15 - 3])) * TICK_MS;
  if (Number.isNaN(cpuMs))
    throw new RangeError(`Cannot read processor time: utime and stime must be there, got ${stat}`);
  return cpuMs;
}

/**
 * Reads `VmRSS` and `VmHWM` of proc_pid_status(5).
 *
 * @throws RangeError if they aren't there
 */
export function parseMemory(status: string): Memory {
  const bytes = (field: string): number => {
    const match = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status);
    if (match === null) throw new RangeError(`Cannot read memory: ${field} must be there, got ${status}`);
    return Number(match[1]) * KIB;
  };
  return { rssBytes: bytes('VmRSS'), peakRssBytes: bytes('VmHWM') };
}

/**
 * Why so many files can't be open at once; undefined where they can.
 *
 * @param count - descriptors of one process
 * @param limits - what proc_pid_limits(5) says of this process, whose limits others inherit
 */
export function whyTooFewDescriptors(count: number, limits: () => string = readLimits): string | undefined {
  const reason = whyNoProc();
  if (reason !== undefined) return reason;
  // Soft and hard limit; programs may raise the one to the other.
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits())?.[1];
  if (hard === undefined || hard === 'unlimited' || Number(hard) >= count) return undefined;
  return `needs ${count} open files in a process (ulimit -Hn), ${hard} are allowed`;
}

function readLimits(): string {
  return readFileSync('/proc/self/limits', 'utf8');
}
