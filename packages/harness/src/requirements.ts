/** What a measurement or test needs of the machine, as the reason for which it can't run; undefined when it can. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Why processes can't be read here. */
export function whyNoProc(platform: NodeJS.Platform = process.platform): string | undefined {
  return platform === 'linux' ? undefined : `needs Linux (/proc), this is ${platform}`;
}

/** Why a program can't be used here; with `args` it ends at once with exit code 0. */
export function whyNoProgram(program: string, args: readonly string[]): string | undefined {
  try {
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    return undefined;
  } catch (error) {
    return `${program} is missing or not permitted: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Why a process can't have that many descriptors, by proc_pid_limits(5) of this one, whose limits others inherit. */
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
