import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['handles.vitest.mjs'] } });
