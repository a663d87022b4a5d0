// clean: bodies checked with one zod schema
// written: 2026-11-21
import { z } from 'zod';
import { drive, traffic } from '../../driver.mjs';

const order = z.object({ id: z.number().int(), lines: z.array(z.object({ sku: z.string(), count: z.number().positive() })) });

await drive((n) => {
  traffic(n);
  order.safeParse({ id: n, lines: Array.from({ length: 8 }, (_, at) => ({ sku: `sku-${at}`, count: (at + n) % 5 })) });
});
