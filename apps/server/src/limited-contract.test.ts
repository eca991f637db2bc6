import { limitedArchitecturesContract } from './testing/limited-contract.ts';

limitedArchitecturesContract();
