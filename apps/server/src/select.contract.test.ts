import { primeServerContract } from './testing/contract.ts';
import { limitedServerContract } from './testing/limited-contract.ts';

primeServerContract('select', ['select', '--selector', 'select'], false);

limitedServerContract('select', ['select', '--selector', 'select'], { clientsAtOnce: 20 });
