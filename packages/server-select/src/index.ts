/** A server that drives all its clients in one thread with `select(2)`, `poll(2)` or `epoll(7)`. */
export { DEFAULT_QUANTUM_BYTES, MAX_LOOPS, type SelectServerOptions, startSelectServer } from './select-server.ts';
