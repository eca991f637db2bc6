/**
 * Options of a server that people look at: clients that say nothing stay for as long as idle ones, so that one sees whom
 * they keep waiting. Otherwise a server makes room for others after a while.
 */
export const PATIENT_SERVER = { host: '127.0.0.1', port: 0, evictAfterMs: Infinity, firstTimeoutMs: 600_000 } as const;
