import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codes } from '../../kernel/codes.ts';
import type { ErrorCode } from '../../kernel/codes.ts';
import { WatertightError } from '../../kernel/errors.ts';
import { formatBytes } from '../../kernel/format.ts';
import { environment } from '../../wire/index.ts';
import type { AnalysisAnswers, AnalysisRequest } from './analysis.ts';

/** Set by users whose bundler or package manager moved the file of the analysis. */
export const analysisVariable = 'WATERTIGHT_ANALYSIS';

/** Names and paths only: the graph itself lies outside of V8's heap. */
const heapMb = 1_024;
/** An answer is a few hundred lines. */
const maxAnswerBytes = 64 * 1024 * 1024;
/** Memory of an analysis, as a share of its largest file. */
const memoryShare = 1.35;

interface Ended {
  readonly text: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

type Reply =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly code: string | null; readonly message: string };

/** Not watched itself, and without flags that were meant for the program. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return { ...env, [environment.off]: '1' };
}

function run(request: AnalysisRequest): Promise<Ended> {
  const chosen = process.env[analysisVariable];
  const script = chosen ? resolvePath(chosen) : fileURLToPath(new URL('analysis-child.js', import.meta.url));
  const child = spawn(process.execPath, [`--max-old-space-size=${heapMb}`, script, JSON.stringify(request)], {
    env: ownEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    child.stdout.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > maxAnswerBytes) child.kill('SIGKILL');
      else pieces.push(piece);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ text: Buffer.concat(pieces).toString('utf8'), code, signal }));
  });
}

function isCode(code: string | null): code is ErrorCode {
  return code !== null && Object.hasOwn(codes, code);
}

function largest(request: AnalysisRequest): number {
  const files = request.what === 'three' ? request.files : [request.file];
  return Math.max(...files.map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0));
}

function died({ code, signal }: Ended, request: AnalysisRequest): WatertightError {
  const how = signal === null ? `ended with status ${code ?? 0}` : `was killed by ${signal}`;
  const needs = formatBytes(largest(request) * memoryShare);
  return new WatertightError(
    'WT_RESOURCE_EXHAUSTED',
    `the analysis of the snapshot ${how}: it needs about ${needs} of memory; --counts needs less than 100 MB`,
  );
}

/**
 * Analyses snapshots in a process of its own, so that whoever asks lives on when that one runs out of memory. Rejects with WT_SNAPSHOT_INVALID,
 * WT_RESOURCE_EXHAUSTED.
 */
export async function analyseApart<Request extends AnalysisRequest>(request: Request): Promise<AnalysisAnswers[Request['what']]> {
  const ended = await run(request);
  let reply: Reply;
  try {
    reply = JSON.parse(ended.text) as Reply;
  } catch {
    throw died(ended, request);
  }
  // The child is ours: its answer is that of the request.
  if (reply.ok) return reply.answer as AnalysisAnswers[Request['what']];
  const message = reply.message.replace(/ \(WT_\w+\)$/, '');
  throw new WatertightError(isCode(reply.code) ? reply.code : 'WT_SNAPSHOT_INVALID', message);
}
