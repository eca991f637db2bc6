/** Watching servers of this package, for other programs. */
export { AddedClients, type BeforeAct, type Destination, type Visit } from './watch/added-clients.ts';
export { type WatchChoice, type WatchedServer, watchServer, watchableOf } from './watch/watched-server.ts';
