import * as linux from './linux.ts';
import * as portable from './portable.ts';

export const platform: Pick<typeof portable, 'descriptors' | 'threads'> = process.platform === 'linux' ? linux : portable;
