import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { redactArgv, redactText } from '../../src/wire/index.ts';

describe('redaction', () => {
  test.each([
    ['postgres://bob:hunter2@db:5432/app', 'postgres://***@db:5432/app'],
    ['https://x.test/a?key=1&user=bob#frag', 'https://x.test/a?key=***&user=***#***'],
    ['PASSWORD=hunter2 run', 'PASSWORD=*** run'],
    ['"apiKey": "abc"', '"apiKey": ***'],
    ['api_key: abc', 'api_key: ***'],
    ['Authorization: Bearer abcdef0123', 'Authorization: ***'],
    ['ghp_abcdefghijklmnop0123', '***'],
    ['eyJhbGciOi.eyJzdWIi.c2ln', '***'],
    ['0123456789abcdef0123456789abcdef', '***'],
    ['plain words stay as they are', 'plain words stay as they are'],
    ['a_very_long_identifier_without_any_digit', 'a_very_long_identifier_without_any_digit'],
  ])('%s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  test('an argument after a secret-sounding option is masked', () => {
    expect(redactArgv(['node', 'app.js', '--token', 'abc', '--port', '80', '--db-password=x'])).toEqual([
      'node',
      'app.js',
      '--token',
      '***',
      '--port',
      '80',
      '--db-password=***',
    ]);
    expect(redactArgv(['--token', '--verbose'])).toEqual(['--token', '--verbose']);
  });

  test('paths stay readable', () => {
    const path = '/srv/node_modules/.pnpm/left-pad@1.3.0_0123456789abcdef0123456789abcdef/index.js';
    expect(redactArgv([path])).toEqual([path]);
  });

  property.prop([fc.array(fc.string())])('never throws, keeps the number of arguments', (argv) => {
    expect(redactArgv(argv)).toHaveLength(argv.length);
  });
});
