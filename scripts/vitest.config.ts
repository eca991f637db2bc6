import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../vitest.base.ts';

// Outside of this folder: its files are inputs of turbo's tasks, so a cache in it would make each run look new.
export default mergeConfig(base, defineConfig({ cacheDir: '../node_modules/.vite/scripts' }));
