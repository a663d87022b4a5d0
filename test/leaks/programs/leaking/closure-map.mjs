// leaking: a closure per request, kept in a Map under the request's id
// right: subscribe
// rate: 200
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const subscribers = new Map();

function subscribe(id) {
  const topics = Array.from({ length: 100 }, (_, topic) => topic * id);
  subscribers.set(`client-${id}`, (event) => topics.includes(event));
}

await drive((n) => {
  traffic(n);
  subscribe(n);
});
