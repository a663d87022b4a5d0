// The leaking twin. Three mistakes that real services make, each marked where it happens.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, openSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from './service.ts';

interface Session {
  readonly id: string;
  readonly cart: string[];
  readonly total: () => number;
}

const sessions = new Map<string, Session>();
const prices = new Map<string, number>();
const logs = mkdtempSync(join(process.env['SHOP_DIR'] ?? tmpdir(), 'audit-'));
let orders = 0;

function remember(item: string): Session {
  const cart = Array.from({ length: 12 }, (_, place) => `${item} ${place} ${randomUUID()}`);
  const session = { id: randomUUID(), cart, total: () => cart.join('').length };
  // Mistake 1: a session per request, and nothing ever removes one.
  sessions.set(session.id, session);
  return session;
}

function audit(item: string): void {
  orders += 1;
  // Mistake 2: a new file for every hundredth order, and the old one stays open.
  if (orders % 100 === 1) log = openSync(join(logs, `audit-${orders}.log`), 'a');
  writeSync(log, `${item}\n`);
}
let log = -1;

function keepFresh(item: string): void {
  // Mistake 3: an interval for each item that was ever asked for, and nobody clears them.
  setInterval(() => prices.set(item, Math.random()), 1_000);
}

serve({
  addToCart: async (item) => remember(item).total(),
  order: async (item) => audit(item),
  price: async (item) => {
    if (!prices.has(item)) {
      prices.set(item, Math.random());
      keepFresh(item);
    }
    return prices.get(item) ?? 0;
  },
  close: async () => undefined,
});
