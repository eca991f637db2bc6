/** The kernel of this thread, made at its first use, so that importing the package costs nothing. */
import { KERNEL_WASM } from '../dist/kernel-data.js';
import { instantiate, type Kernel } from './kernel.ts';

let instance: Kernel | undefined;

export function threadKernel(): Kernel {
  return (instance ??= instantiate(KERNEL_WASM));
}
