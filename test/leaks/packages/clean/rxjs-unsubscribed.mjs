// clean: subscriptions that end after a second
// written: 2026-11-21
import { Subject, filter, map, takeUntil, timer } from 'rxjs';
import { drive, traffic } from '../../driver.mjs';

const prices = new Subject();

function watchPrices(n) {
  const view = { last: 0, shown: new Array(40).fill(0) };
  prices
    .pipe(
      filter(({ id }) => id % 50 === n % 50),
      map(({ price }) => price * 2),
      takeUntil(timer(1_000)),
    )
    .subscribe((price) => {
      view.last = price;
    });
}

await drive(
  (n) => {
    traffic(n);
    watchPrices(n);
    prices.next({ id: n, price: n / 3 });
  },
  { perSecond: 60 },
);
