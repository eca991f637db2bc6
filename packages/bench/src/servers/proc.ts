/**
 * What the kernel knows of a process: the processor time that it took, and its memory. Only Linux tells it in /proc.
 */
import { readFileSync, writeFileSync } from 'node:fs';

/** The clock of proc_pid_stat(5) ticks 100 times a second for programs, whatever the kernel's own does. */
export const TICK_MS = 10;

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

/**
 * Reads `utime` and `stime` of proc_pid_stat(5), in milliseconds.
 *
 * @throws RangeError if they aren't there
 */
export function parseCpuMs(stat: string): number {
  // Behind the name, which may have spaces and parentheses in it, fields are counted from 3: utime is 14, stime 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const cpuMs = (Number(fields[14 - 3]) + Number(fields[15 - 3])) * TICK_MS;
  if (Number.isNaN(cpuMs)) throw new RangeError(`Cannot read processor time: utime and stime must be there, got ${stat}`);
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
