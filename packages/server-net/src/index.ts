/** A server on Node's own event loop. */
export { type NetServerOptions, startNetServer } from './net-server.ts';
