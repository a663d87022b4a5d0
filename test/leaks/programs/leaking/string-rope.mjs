// leaking: the log is one string that gets longer
// right: log, Log.log
// rate: 180
// written: 2026-11-21
import { drive, random, traffic } from '../../driver.mjs';

class Log {
  #text = '';

  log(level, fields) {
    this.#text += `${level} ${Object.entries(fields)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}\n`;
  }

  get length() {
    return this.#text.length;
  }
}

const out = new Log();

await drive(
  (n) => {
    traffic(n);
    out.log('info', {
      n,
      path: `/items/${n}`,
      took: random(),
      agent: 'Mozilla/5.0 (X11; Linux x86_64)',
      trace: random().toString(36),
    });
    out.log('debug', { n, rows: n % 17, bytes: random() * 9999, cache: 'miss', shard: n % 8 });
  },
  { perSecond: 450 },
);
