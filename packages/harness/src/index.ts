/** Processes, `/proc`, rounds, statistics and the environment, for tools that start servers and measure them. */
export { Cleanup } from './cleanup.ts';
export * from './environment.ts';
export * from './listening-port.ts';
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
export * from './process-group.ts';
export * from './requirements.ts';
export * from './rounds.ts';
export * from './run-command.ts';
export * from './server-process.ts';
export * from './statistics.ts';
export { temporaryFolder } from './temporary-folder.ts';
