import { expect, it } from 'vitest';
import { PLAN } from './testing/sample-plan.ts';
import { createDispatcher } from './dispatcher.ts';
import { partsOf } from './plan-parts.ts';
import type { LoadPlan } from './load-plan.ts';

it('next() makes a request of a closed loop due when the one before was over, however late this thread looks', () => {
  const plan: LoadPlan = { ...PLAN, model: { kind: 'closed', clients: 1 } };
  const dispatcher = createDispatcher(plan, partsOf(plan)[0]!);
  expect(dispatcher.next(3)).toMatchObject({ slot: 0, dueMs: 3 });
  expect(dispatcher.next(4)).toBeUndefined();
  dispatcher.release(0, 5, false);
  expect(dispatcher.next(8)).toMatchObject({ slot: 0, dueMs: 5 });
  // After a failure it rests, and that is nobody's latency.
  dispatcher.release(0, 9, true);
  expect(dispatcher.next(10)).toBeUndefined();
  dispatcher.tick(20);
  expect(dispatcher.next(21)).toMatchObject({ slot: 0, dueMs: 21 });
});
