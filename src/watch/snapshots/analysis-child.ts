// A process of its own: an analysis takes as much memory as its file is large, and may be killed for it.
import { writeSync } from 'node:fs';
import { briefOf } from '../../kernel/brief.ts';
import type { AnalysisRequest } from './analysis.ts';
import { analyse } from './analysis.ts';

function write(value: unknown): void {
  const bytes = Buffer.from(JSON.stringify(value));
  for (let done = 0; done < bytes.length;) done += writeSync(1, bytes, done);
}

async function run(): Promise<void> {
  // The request is made by `analyseApart`.
  const request = JSON.parse(process.argv[2] ?? '') as AnalysisRequest;
  try {
    write({ ok: true, answer: await analyse(request) });
  } catch (error) {
    write({ ok: false, ...briefOf(error) });
  }
}

await run();
