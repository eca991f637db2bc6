export {
  CountOutOfRangeError,
  DEFAULT_HOST,
  DEFAULT_PORT,
  EarlyEndError,
  ProtocolError,
  RefusedError,
  TrailingGarbageError,
  WrongAnswerError,
  WrongGreetingError,
  type Interval,
  type RefusalCode,
  type RefusalName,
} from '@concurrent-primes/protocol';
export type { AskOptions, Client } from './client.ts';
export { connect, type ConnectOptions } from './connect.ts';
export type { ConnectionOptions } from './connection.ts';
export { ConnectError, ConnectionLostError, TimeoutError } from './errors.ts';
export type { AnswerResult, PrimeAnswer } from './prime-answer.ts';
