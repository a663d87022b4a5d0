// leaking: the zod schema of each edited form is registered globally under an id for the API description, a new id for each revision
// right: buildForm, fieldOf, revise
// rate: 90
// written: 2026-11-22
import { z } from 'zod';
import { drive, traffic, upTo } from '../../driver.mjs';

const kinds = ['text', 'number', 'flag', 'choice'];
const forms = new Map();

function fieldOf({ kind, name }) {
  if (kind === 'number') return z.number().min(0).describe(`a number: ${name}`);
  if (kind === 'flag') return z.boolean();
  if (kind === 'choice') return z.enum(['yes', 'no', name]);
  return z.string().max(200);
}

function buildForm(definition) {
  const shape = Object.fromEntries(definition.fields.map((field) => [field.name, fieldOf(field)]));
  return z.object(shape).meta({ id: `form-${definition.form}-${definition.revision}`, title: `form ${definition.form}` });
}

function revise(form) {
  const revision = (forms.get(form)?.revision ?? 0) + 1;
  const fields = Array.from({ length: 2 + upTo(3) }, (_, at) => ({
    name: `field${at}`,
    kind: kinds[(revision + at) % kinds.length],
  }));
  forms.set(form, { revision, fields, schema: buildForm({ form, revision, fields }) });
}

const sample = { text: 'some text', number: 7, flag: true, choice: 'yes' };

function submit(form) {
  const { fields, schema } = forms.get(form);
  return schema.safeParse(Object.fromEntries(fields.map(({ name, kind }) => [name, sample[kind]]))).success;
}

const outcomes = { true: 0, false: 0 };
for (let form = 0; form < 40; form += 1) revise(form);

await drive(
  (n) => {
    traffic(n);
    if (n % 10 === 0) revise(upTo(40));
    outcomes[submit(upTo(40))] += 1;
  },
  { perSecond: 80 },
);
