/**
 * A server that gives each client a thread of its own from a pool.
 *
 * @packageDocumentation
 */
export { BoundedQueue, END } from './bounded-queue.ts';
export { POOL_SEND_BYTES } from './serve.ts';
export { DEFAULT_QUEUE_CAPACITY, DEFAULT_THREADS, type PoolServerOptions, startPoolServer } from './pool-server.ts';
