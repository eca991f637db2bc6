/** The open descriptors of this process, as Linux shows them. proc_pid_fd(5), proc_pid_fdinfo(5) */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Whether this system lists descriptors; tests that need the list are skipped elsewhere. */
export const canListDescriptors = process.platform === 'linux';

const O_CLOEXEC = 0o2000000;

/** The open sockets, pipes and epoll sets; not files, which the test runner opens and closes. */
export function openDescriptors(): number[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((number) => {
      try {
        return /socket:|pipe:|eventpoll/.test(readlinkSync(`/proc/self/fd/${number}`));
      } catch {
        // The descriptor of the directory itself, closed by now.
        return false;
      }
    });
}

/** Whether child processes don't inherit the descriptor. */
export function isClosedOnExec(descriptor: number): boolean {
  const flags = /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))![1]!;
  return (parseInt(flags, 8) & O_CLOEXEC) !== 0;
}
