import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: 'tests/web',
    include: ['**/*.test.ts', '**/*.test.tsx'],
    environment: 'jsdom',
    setupFiles: ['./setup.ts'],
    css: false,
    testTimeout: 20_000
  }
});
