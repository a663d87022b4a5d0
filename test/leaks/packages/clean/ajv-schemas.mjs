// clean: sixty ajv schemas, compiled when first met
// written: 2026-11-21
import Ajv from 'ajv';
import { drive, run, traffic, upTo } from '../../driver.mjs';

const ajv = new Ajv.default();
const schemas = Array.from({ length: 60 }, (_, id) => ({
  type: 'object',
  properties: Object.fromEntries(
    Array.from({ length: 12 }, (__, field) => [`field${field}`, { type: (field + id) % 2 ? 'string' : 'integer' }]),
  ),
}));

await drive(
  (n) => {
    traffic(n);
    const validate = ajv.compile(schemas[upTo(Math.min(60, 5 + Math.floor(run.part * 120)))]);
    validate({ field0: n, field1: 'x' });
  },
  { perSecond: 100 },
);
