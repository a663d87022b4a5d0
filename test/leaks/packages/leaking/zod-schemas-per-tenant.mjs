// leaking: a zod schema per tenant, in a table that only grows
// right: schemaFor
// from: zod
// rate: 150
// written: 2026-11-21
import { z } from 'zod';
import { drive, traffic } from '../../driver.mjs';

const schemas = new Map();

function schemaFor(tenant) {
  if (!schemas.has(tenant)) {
    schemas.set(
      tenant,
      z.object({ tenant: z.literal(tenant), name: z.string().min(1), age: z.number().int(), tags: z.array(z.string()) }),
    );
  }
  return schemas.get(tenant);
}

await drive(
  (n) => {
    traffic(n);
    schemaFor(`tenant-${n}`).safeParse({ tenant: `tenant-${n}`, name: 'a', age: 3, tags: ['x'] });
  },
  { perSecond: 12 },
);
