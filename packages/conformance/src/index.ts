export {
  type CaseContext,
  type CaseSettings,
  type ConformanceCase,
  type Oracle,
  OUTCOMES,
  type Outcome,
  type Topic,
  TOPICS,
} from './case.ts';
export { type AnswerEvidence, CaseFailure, type Evidence, type Situation, type Witness } from './case-failure.ts';
export { CONFORMANCE_CASES } from './cases.ts';
export * from './known-primes.ts';
export {
  ConnectFailure,
  type End,
  Peer,
  type PeerObserver,
  type PeerOptions,
  type PrimesRead,
  type Received,
  type SendOptions,
  type Stop,
} from './peer.ts';
export { addUp, primeSegments } from './plain-sieve.ts';
export * from './prime-wire.ts';
export { type Random, randomFor } from './random.ts';
export { LARGER_THAN_BUFFERS, serveOne, SMALL, takeGreeting } from './steps.ts';
export { ZooVisit } from './zoo-visit.ts';
