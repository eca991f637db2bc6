/**
 * A process with few descriptors. Node itself holds some of them: about 13 for its main thread, and for each further
 * thread 5, of which its event loop needs an epoll, an eventfd, an io_uring and a pipe. A select server holds 30 with
 * no client, one with two loops 38, a pool of five threads 53.
 */

/** The limit, `ulimit -n`. */
export const MAX_DESCRIPTORS = 64;

/** A shell that gives what it becomes the limit. */
export const LIMITED: readonly string[] = ['sh', '-c', `ulimit -n ${MAX_DESCRIPTORS} && exec "$@"`, 'sh'];
