// clean: readings are grouped by session with rxjs; a group ends four seconds after it began, whoever was in it
// written: 2026-11-22
import { bufferCount, groupBy, mergeMap, reduce, Subject, takeUntil, timer } from 'rxjs';
import { drive, traffic, upTo } from '../../driver.mjs';

const readings = new Subject();
const closing = new Subject();
const summaries = [];

function add(summary, reading) {
  return { session: reading.session, count: summary.count + 1, values: [...summary.values, ...reading.values].slice(-400) };
}

readings
  .pipe(
    groupBy((reading) => reading.session, { duration: () => timer(4_000) }),
    mergeMap((group) => group.pipe(reduce(add, { session: '', count: 0, values: [] }))),
    bufferCount(20),
    takeUntil(closing),
  )
  .subscribe((batch) => {
    summaries.push(
      batch.map(({ session, count, values }) => ({ session, count, mean: values.reduce((a, b) => a + b, 0) / count })),
    );
    if (summaries.length > 10) summaries.shift();
  });

let opened = 0;
const open = [];

function nextSession() {
  opened += 1;
  open.push(`session-${opened}`);
  if (open.length > 30) open.shift();
}

await drive(
  (n) => {
    traffic(n);
    if (n % 8 === 0) nextSession();
    readings.next({ session: open[upTo(open.length)], at: n, values: Array.from({ length: 40 }, () => upTo(1_000)) });
  },
  { perSecond: 400, end: () => closing.next() },
);
