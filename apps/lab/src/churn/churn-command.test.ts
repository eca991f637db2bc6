import { ARCHITECTURES } from '@concurrent-primes/server/architectures';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addChurnCommand } from './churn-command.ts';
