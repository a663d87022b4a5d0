import { setFlagsFromString } from 'node:v8';

const inliners = ['turbo-inlining', 'maglev-inlining'] as const;

/**
 * While the task runs V8 builds no function into the one that calls it, so that samples name the function that allocates. What was
 * compiled so before stays: then the caller is named.
 */
export async function withExactLines<R>(task: () => Promise<R>): Promise<R> {
  for (const name of inliners) setFlagsFromString(`--no-${name}`);
  try {
    return await task();
  } finally {
    for (const name of inliners) setFlagsFromString(`--${name}`);
  }
}
