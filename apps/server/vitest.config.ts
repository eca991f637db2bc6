import { basename } from 'node:path';
import { defineConfig, mergeConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import base from '../../vitest.base.ts';

/** The contract suites: each takes longer than all other files, and mostly waits. */
const LONGEST = ['limited-contract.test.ts', 'contract.test.ts'];

/** Begins with the longest files, so that none of them runs on alone in the end. Vitest goes by the size of files. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => LONGEST.includes(basename(moduleId));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

// Most files wait for processes and time limits most of the time, so more of them than processors run at once.
export default mergeConfig(base, defineConfig({ test: { maxWorkers: 3, sequence: { sequencer: LongestFirst } } }));
