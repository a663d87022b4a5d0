// For vitest: the handles of programs/handles.cjs, opened by a test.
import { createRequire } from 'node:module';
import { test } from 'vitest';

test('opens an interval, a server and a file', async () => {
  createRequire(import.meta.url)('./programs/handles.cjs');
  await new Promise((resolve) => setTimeout(resolve, 200));
});
