/**
 * A limit of descriptors for a process. Node takes about 13 for its main thread, and 5 for each further thread (its event
 * loop has an epoll, an eventfd, an io_uring and a pipe). Without clients, a select server takes 30, one with two loops 38,
 * and a pool of five threads 53.
 */

/** The limit, `ulimit -n`. */
export const MAX_DESCRIPTORS = 64;

/** Arguments that let clients wait for a descriptor; by default they would be refused as busy. */
export const WAITING: readonly string[] = ['--max-clients', '100000'];

/** A shell command that sets the limit and executes its arguments. */
export const LIMITED: readonly string[] = ['sh', '-c', `ulimit -n ${MAX_DESCRIPTORS} && exec "$@"`, 'sh'];
