// The fixed twin: the same service; what it holds is bounded or has an owner.
import { randomUUID } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineKind, scope } from 'watertight';
import { serve } from './service.ts';

interface Session {
  readonly id: string;
  readonly cart: string[];
  readonly total: () => number;
}

const maxSessions = 200;
const sessions = new Map<string, Session>();
const prices = new Map<string, number>();

/** Everything that lives as long as the service; closed in reverse order when it ends. */
const service = scope({ name: 'service' });

const logs = mkdtempSync(join(process.env['SHOP_DIR'] ?? tmpdir(), 'audit-'));
service.defer(() => rmSync(logs, { recursive: true }));

const logFile = defineKind<number>({ type: 'file', release: closeSync, releaseSync: closeSync });
let log = service.adopt(openSync(join(logs, 'audit-1.log'), 'a'), logFile);
let orders = 0;

function remember(item: string): Session {
  const cart = Array.from({ length: 12 }, (_, place) => `${item} ${place} ${randomUUID()}`);
  const session = { id: randomUUID(), cart, total: () => cart.join('').length };
  // Bounded at insertion: the oldest session makes room.
  const oldest = sessions.size < maxSessions ? undefined : sessions.keys().next().value;
  if (oldest !== undefined) sessions.delete(oldest);
  sessions.set(session.id, session);
  return session;
}

async function audit(item: string): Promise<void> {
  orders += 1;
  if (orders % 100 === 0) {
    await log.release();
    log = service.adopt(openSync(join(logs, `audit-${orders}.log`), 'a'), logFile);
  }
  writeSync(log.value, `${item}\n`);
}

// One interval for all items, and the scope clears it.
const refresh = setInterval(() => {
  for (const item of prices.keys()) prices.set(item, Math.random());
}, 1_000);
service.defer(() => clearInterval(refresh));

serve({
  addToCart: async (item) => remember(item).total(),
  order: audit,
  price: async (item) => {
    const price = prices.get(item) ?? Math.random();
    // Bounded as well: unknown items are answered but not kept.
    if (prices.size < 100) prices.set(item, price);
    return price;
  },
  close: async () => {
    await service.close();
  },
});
