// leaking: a stream of order events is grouped by order; the groups get neither a duration nor an end, so each order's group stays open
// right: trackOrder, collect, orderEvents, place, eventOf
// rate: 340
// written: 2026-11-22
import { groupBy, map, mergeMap, scan, share, Subject } from 'rxjs';
import { bufferTime, filter } from 'rxjs/operators';
import { drive, traffic, upTo } from '../../driver.mjs';

const steps = ['placed', 'paid', 'sent', 'delivered'];
const incoming = new Subject();
const lastDelivered = [];
const minutes = [];

function eventOf(order, step) {
  return {
    order,
    step,
    at: Date.now(),
    items: Array.from({ length: 1 + upTo(6) }, (_, at) => ({ at, sku: `sku-${upTo(900)}` })),
  };
}

function collect(state, event) {
  return { ...state, order: event.order, steps: [...state.steps, event.step], items: event.items };
}

function trackOrder(events) {
  return events.pipe(
    scan(collect, { steps: [] }),
    filter((state) => state.steps.length === steps.length),
    map((state) => ({ ...state, done: true })),
  );
}

const shared = incoming.pipe(share());

shared
  .pipe(
    groupBy((event) => event.order),
    mergeMap(trackOrder),
  )
  .subscribe((state) => {
    lastDelivered.push(state);
    if (lastDelivered.length > 100) lastDelivered.shift();
  });

shared.pipe(bufferTime(1_000)).subscribe((events) => {
  minutes.push({ events: events.length, paid: events.filter(({ step }) => step === 'paid').length });
  if (minutes.length > 60) minutes.shift();
});

function place(order) {
  steps.forEach((step, at) => setTimeout(() => incoming.next(eventOf(order, step)), at * (50 + upTo(300))));
}

await drive(
  (n) => {
    traffic(n);
    if (n % 2 === 0) place(`order-${n}`);
  },
  { perSecond: 160 },
);
