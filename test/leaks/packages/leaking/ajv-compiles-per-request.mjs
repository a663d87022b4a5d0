// leaking: ajv compiles a schema object that is made anew for each request, and caches by the object
// right: validate, compile, compileSchema, _addSchema
// from: ajv
// rate: 60
// written: 2026-11-21
import Ajv from 'ajv';
import { drive, traffic } from '../../driver.mjs';

const ajv = new Ajv.default();

function validate(n) {
  const check = ajv.compile({ type: 'object', properties: { id: { type: 'integer', minimum: n } }, required: ['id'] });
  return check({ id: n });
}

await drive(
  (n) => {
    traffic(n);
    validate(n);
  },
  { perSecond: 12 },
);
