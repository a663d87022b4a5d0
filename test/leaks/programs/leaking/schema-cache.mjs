// leaking: validators compiled from schemas that are made anew per request, cached by the schema object
// right: validatorFor, compileNode, handle
// rate: 210
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const validators = new Map();

function compileNode(schema) {
  if (schema.type === 'object') {
    const members = Object.entries(schema.properties).map(([name, inner]) => ({ name, check: compileNode(inner) }));
    return (value) => members.every(({ name, check }) => check(value[name]));
  }
  return (value) => typeof value === schema.type;
}

function validatorFor(schema) {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const made = compileNode(schema);
  validators.set(schema, made);
  return made;
}

function handle(n) {
  const properties = {
    id: { type: 'number' },
    name: { type: 'string' },
    place: { type: 'object', properties: { city: { type: 'string' } } },
  };
  return validatorFor({ type: 'object', properties })({ id: n, name: 'x', place: { city: 'y' } });
}

await drive(
  (n) => {
    traffic(n);
    handle(n);
  },
  { perSecond: 180 },
);
