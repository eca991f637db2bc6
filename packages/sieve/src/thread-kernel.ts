/**
 * The kernel of this thread, made at its first use: a program that loads the package and asks for nothing pays nothing.
 */
import { KERNEL_WASM } from '../dist/kernel-data.js';
import { instantiate, type Kernel } from './kernel.ts';

let instance: Kernel | undefined;

/** The kernel shared by everything in this package that runs on this thread. */
export function threadKernel(): Kernel {
  return (instance ??= instantiate(KERNEL_WASM));
}
