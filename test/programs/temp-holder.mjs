// A program that holds temporary things and leaves in the way that its first argument names. It prints one line of JSON: where they are.
import { existsSync, mkdirSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { installShutdown } from '../../dist/core/index.js';
import { anonymousFile, configureTemp, linkOrUse, ownerJournal, ownerRoot, tempDirectory, tempFile } from '../../dist/temp/index.js';

const [way = 'natural', ...settings] = process.argv.slice(2);
const has = (name) => settings.includes(name);
const setting = (name) => settings.find((text) => text.startsWith(`${name}=`))?.slice(name.length + 1);

if (!has('off')) installShutdown({ graceMs: 5_000 });
configureTemp({ sweep: has('sweep') });
const directory = tempDirectory({ prefix: 'pktmask_pipeline_' });
mkdirSync(join(directory.path, 'deep'));
for (let index = 0; index < 20; index += 1) writeFileSync(join(directory.path, 'deep', `f${index}`), 'x');
if (setting('precious') !== undefined) symlinkSync(setting('precious'), join(directory.path, 'precious'));
const file = tempFile({ content: 'secret' });
const unnamed = anonymousFile();
const link = setting('link') === undefined ? undefined : linkOrUse(setting('link'), { thresholdBytes: 0 });
if (setting('journal') !== undefined) ownerJournal().add(setting('journal'), { pid: 1 });
const { path, socketPath, nonce } = ownerRoot();
writeSync(1, `${JSON.stringify({ root: path, socketPath, nonce, directory: directory.path, file: file.path, link: link?.path })}\n`);
if (!existsSync(directory.path) || unnamed.fd < 3) throw new Error('not made');

const stay = () => setInterval(() => {}, 1_000);
const ways = {
  natural: () => {},
  released: async () => {
    await directory.release();
    await file.release();
    stay();
  },
  exit: () => process.exit(3),
  throw: () => {
    stay();
    setTimeout(() => {
      throw new Error('thrown where nobody catches');
    }, 1);
  },
  reject: () => {
    stay();
    setTimeout(() => void Promise.reject(new Error('rejected where nobody looks')), 1);
  },
  wait: stay,
};
await ways[way]();
