import { primeServerContract } from './testing/contract.ts';
import { limitedServerContract } from './testing/limited-contract.ts';

primeServerContract('two loops', ['select', '--loops', '2'], false);

limitedServerContract('two loops', ['select', '--loops', '2'], { clientsAtOnce: 20 });
