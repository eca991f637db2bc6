/** A server that gives each client a thread of its own from a pool. */
export { BoundedQueue, END, MAX_CAPACITY as MAX_QUEUE_CAPACITY } from './bounded-queue.ts';
export { POOL_SEND_BYTES } from './serve.ts';
export {
  DEFAULT_QUEUE_CAPACITY,
  DEFAULT_QUEUE_TIMEOUT_MS,
  DEFAULT_THREADS,
  MAX_THREADS,
  type PoolServerOptions,
  startPoolServer,
} from './pool-server.ts';
