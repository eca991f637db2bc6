export type { CaseContext, CaseSettings, ConformanceCase, Oracle, Topic } from './case.ts';
export { TOPICS } from './case.ts';
export { type AnswerEvidence, CaseFailure, type Evidence, type Situation, type Witness } from './case-failure.ts';
export { CONFORMANCE_CASES } from './cases.ts';
export * from './known-primes.ts';
export { OUTCOMES, type Outcome } from './outcomes.ts';
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
export { primeSegments } from './plain-sieve.ts';
export * from './prime-wire.ts';
export { type Random, randomFor } from './random.ts';
export { LARGER_THAN_BUFFERS, serveOne, SMALL, takeGreeting } from './steps.ts';
export { ZooVisit } from './zoo-visit.ts';
