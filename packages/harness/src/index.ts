/** Processes, `/proc`, rounds, statistics and the environment, for tools that start servers and measure them. */
export { type Environment, readEnvironment } from './environment.ts';
export { freePort, isListening, LOOPBACK } from './listening-port.ts';
export {
  isBusy,
  membersOf,
  type ProcessMemory,
  type ProcessSample,
  readCpuMs,
  readMemory,
  resetPeakMemory,
  sampleProcesses,
  untilIdle,
} from './proc-readings.ts';
export { type Command, describeEnd, type ProcessEnd, ProcessGroup, type SpawnOptions } from './process-group.ts';
export { whyNoProc, whyNoProgram, whyTooFewDescriptors } from './requirements.ts';
export { type RoundTurn, shuffler, turnsOf } from './rounds.ts';
export { CommandError, runCommand, type RunOptions, runOrThrow, type RunResult } from './run-command.ts';
export {
  PORT_PLACEHOLDER,
  type ServerCommand,
  ServerProcess,
  shellCommand,
  StartFailure,
  type StartOptions,
} from './server-process.ts';
export {
  chanceOfSeparation,
  fairnessOf,
  fitLine,
  isClearlyAbove,
  type Line,
  percentile,
  ratioOf,
  spreadOf,
  summarize,
  type Summary,
} from './statistics.ts';
export { temporaryFolder } from './temporary-folder.ts';
