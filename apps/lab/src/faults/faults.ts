/** The registry of faults. */
import type { Fault } from './fault.ts';
import { ACCEPT_EPERM, ACCEPT_ETIMEDOUT } from './kinds/accept-errors.ts';
import { BYTE_READERS } from './kinds/byte-readers.ts';
import { CUT_READERS } from './kinds/cut-readers.ts';
import { IDLE_CROWD } from './kinds/idle-crowd.ts';
import { LOG_FLOOD } from './kinds/log-flood.ts';
import { LOG_FULL } from './kinds/log-full.ts';
import { LOG_STUCK } from './kinds/log-stuck.ts';
import { PROBES } from './kinds/probes.ts';
import { REFUSED_CROWD } from './kinds/refused-crowd.ts';
import { RESETS } from './kinds/resets.ts';
import { RESTART } from './kinds/restart.ts';
import { HARMLESS_SIGNALS } from './kinds/signals.ts';
import { SILENT_CROWD } from './kinds/silent-crowd.ts';

/** All faults by name, in the order in which they are made. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'log-flood': LOG_FLOOD,
  'log-stuck': LOG_STUCK,
  'log-full': LOG_FULL,
  'idle-crowd': IDLE_CROWD,
  'silent-crowd': SILENT_CROWD,
  'cut-readers': CUT_READERS,
  'byte-readers': BYTE_READERS,
  'refused-crowd': REFUSED_CROWD,
  probes: PROBES,
  resets: RESETS,
  'accept-eperm': ACCEPT_EPERM,
  'accept-etimedout': ACCEPT_ETIMEDOUT,
  signals: HARMLESS_SIGNALS,
  restart: RESTART,
};
