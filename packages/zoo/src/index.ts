export type { ZooMember } from './member.ts';
export { MISBEHAVING } from './misbehaving.ts';
export { NOTHING, type Script, type ScriptOptions, type Step } from './script.ts';
export { MOMENTS, VANISHING } from './vanishing.ts';
export { memberNamed, ZOO } from './zoo.ts';
