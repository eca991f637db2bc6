/**
 * What this process holds open, as Linux shows it. proc_pid_fd(5), proc_pid_fdinfo(5)
 */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Whether descriptors can be looked at here. Other systems have no such directory, tests that need it skip there. */
export const canListDescriptors = process.platform === 'linux';

const O_CLOEXEC = 0o2000000;

/** Numbers of the open sockets, pipes and epoll sets; files come and go with the test runner. */
export function openDescriptors(): number[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((number) => {
      try {
        return /socket:|pipe:|eventpoll/.test(readlinkSync(`/proc/self/fd/${number}`));
      } catch {
        // That of the directory just read.
        return false;
      }
    });
}

/** Whether a program that this process starts would not inherit the descriptor. */
export function isClosedOnExec(descriptor: number): boolean {
  const flags = /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))![1]!;
  return (parseInt(flags, 8) & O_CLOEXEC) !== 0;
}
