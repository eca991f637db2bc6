export { type SocketAddress, formatAddress, resolveHost } from './address.ts';
export { type ConnectOptions, connect } from './connect.ts';
export { createSelector } from './create-selector.ts';
export { type Descriptor, WOULD_BLOCK, closeDescriptor } from './descriptor.ts';
export { isExhausted, SocketError } from './error.ts';
export { type AcceptOptions, type ListenOptions, ListeningSocket, listen } from './listen.ts';
export { END, NONE, READ, type ReadyList, type Selector, type SelectorKind, WRITE } from './selector.ts';
export { type ShutdownHow, Socket, shutdownDescriptor } from './socket.ts';
export { WakePipe, drainWake, wake } from './wake-pipe.ts';
