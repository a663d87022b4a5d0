// clean: modules of Node are loaded when they are first asked for, over half a minute
// written: 2026-11-21
import { createRequire } from 'node:module';
import { drive, traffic } from '../../driver.mjs';

const require = createRequire(import.meta.url);
const names = [
  'http',
  'https',
  'http2',
  'zlib',
  'crypto',
  'readline',
  'repl',
  'tls',
  'dns',
  'dgram',
  'vm',
  'v8',
  'worker_threads',
  'cluster',
  'stream/web',
  'assert',
  'test',
  'inspector',
  'tty',
  'wasi',
  'querystring',
  'punycode',
  'string_decoder',
  'timers/promises',
  'stream/consumers',
];

await drive(
  (n) => {
    traffic(n);
    if (n % 100 === 0 && n / 100 < names.length && names[n / 100] !== 'punycode' && names[n / 100] !== 'wasi')
      require(`node:${names[n / 100]}`);
  },
  { perSecond: 100 },
);
