// leaking: subscriptions to a subject that are never ended
// right: watchPrices, subscribe, Observable.subscribe
// rate: 260
// written: 2026-11-21
import { Subject, filter, map } from 'rxjs';
import { drive, traffic } from '../../driver.mjs';

const prices = new Subject();

function watchPrices(n) {
  const view = { n, last: 0, shown: new Array(30).fill(0) };
  prices
    .pipe(
      filter(({ id }) => id === n),
      map(({ price }) => price * 2),
    )
    .subscribe((price) => {
      view.last = price;
    });
}

await drive(
  (n) => {
    traffic(n);
    watchPrices(n);
  },
  { perSecond: 120 },
);
