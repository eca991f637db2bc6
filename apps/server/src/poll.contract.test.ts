import { primeServerContract } from './testing/contract.ts';
import { limitedServerContract } from './testing/limited-contract.ts';

primeServerContract('poll', ['select', '--selector', 'poll'], false);

limitedServerContract('poll', ['select', '--selector', 'poll'], { clientsAtOnce: 20 });
