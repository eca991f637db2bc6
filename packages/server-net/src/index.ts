/**
 * A server on Node's own event loop.
 *
 * @packageDocumentation
 */
export { type NetServerOptions, startNetServer } from './net-server.ts';
