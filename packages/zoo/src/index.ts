/** A server didn't do its part in a script: it refused, ended early or broke the protocol. */
export { ProtocolError as ScriptFailure } from '@concurrent-primes/protocol';
export type { ZooMember } from './member.ts';
export { MISBEHAVING } from './misbehaving.ts';
export { NOTHING, type Script, type ScriptOptions, type Step } from './script.ts';
export { MOMENTS, VANISHING } from './vanishing.ts';
export { memberNamed, ZOO } from './zoo.ts';
