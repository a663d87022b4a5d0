// clean: a hundred and fifty schemas are compiled to functions, a few each second, as they are first met
// written: 2026-11-21
import { drive, run, traffic, upTo } from '../../driver.mjs';

const validators = new Map();

function compileSchema(id) {
  const checks = Array.from(
    { length: 30 },
    (_, field) => `typeof value.field${field} === '${(field + id) % 2 ? 'string' : 'number'}'`,
  );
  return new Function(
    'value',
    `const errors = []; ${checks.map((check, at) => `if (!(${check})) errors.push(${at});`).join(' ')} return errors;`,
  );
}

function validatorFor(id) {
  if (!validators.has(id)) validators.set(id, compileSchema(id));
  return validators.get(id);
}

await drive(
  (n) => {
    traffic(n);
    validatorFor(upTo(Math.min(150, 10 + Math.floor(run.part * 250))))({ field0: 1, field1: 'x' });
  },
  { perSecond: 250 },
);
