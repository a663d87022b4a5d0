import type { Report, Site } from '../wire/report.ts';
import type { Judgement } from './words/judgements.ts';
import { judgements } from './words/judgements.ts';
import { functionName } from './words/site.ts';

const schema = 'https://json.schemastore.org/sarif-2.1.0.json';
/** Paths below the working directory are told relative to it: the reader knows where it has the sources. */
const base = '%SRCROOT%';

const descriptions: Readonly<Record<string, string>> = {
  'heap-survivors': 'Objects made here survive full collections, steadily and still',
  'buffer-survivors': 'Buffers made here survive, steadily and still',
  'heap-growth': 'What full collections leave rises steadily',
  'memory-spike': 'Memory rose in one step',
  'heap-limit-above-container': "The heap limit is above the container's",
  'open-handles': 'Handles that keep the program alive were open at its end',
  'left-processes': 'Processes were left behind',
};

function describe(rule: string): string {
  return descriptions[rule] ?? `${rule.replace(/^counter-/, '').replaceAll('-', ' ')}: a count that rises and is not given back`;
}

function encode(path: string): string {
  return path.split(/[/\\]/).map(encodeURIComponent).join('/');
}

function artifact(file: string): { readonly uri: string; readonly uriBaseId?: string } {
  if (/^[A-Za-z]:[\\/]/.test(file)) return { uri: `file:///${file.slice(0, 2)}${encode(file.slice(2))}` };
  return file.startsWith('/') ? { uri: `file://${encode(file)}` } : { uri: encode(file), uriBaseId: base };
}

function location(site: Site): object {
  const name = functionName(site);
  return {
    physicalLocation: {
      artifactLocation: artifact(site.file),
      region: { startLine: Math.max(1, site.line), startColumn: Math.max(1, site.column) },
    },
    ...(name === '' ? {} : { logicalLocations: [{ name: site.function, kind: 'function' }] }),
  };
}

function result({ rule, level, message, details, site, inside, fingerprint }: Judgement, rules: readonly string[]): object {
  return {
    ruleId: rule,
    ruleIndex: rules.indexOf(rule),
    level,
    message: { text: [message, ...details].join('\n') },
    locations: site === null ? [] : [location(site)],
    ...(inside === null ? {} : { relatedLocations: [{ id: 0, message: { text: 'made in this package' }, ...location(inside) }] }),
    ...(fingerprint === null ? {} : { partialFingerprints: { 'watertight/v1': fingerprint } }),
  };
}

/** The report as SARIF 2.1.0, ending with a line feed: each finding that stands is a result at its line, so that it is shown in a code review. */
export function renderSarif(report: Report): string {
  const found = judgements(report);
  const rules = [...new Set(found.map(({ rule }) => rule))];
  const { run, end, tool } = report;
  const invocation = {
    executionSuccessful: end.kind === 'natural' || end.kind === 'exit' || end.kind === 'still-running',
    ...(end.code === null ? {} : { exitCode: end.code }),
    startTimeUtc: run.startedAt,
  };
  const driver = {
    name: 'watertight',
    version: tool.version,
    rules: rules.map((id) => ({ id, shortDescription: { text: describe(id) } })),
  };
  const log = {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [base]: { description: { text: 'The working directory of the run' } } },
        invocations: [invocation],
        results: found.map((judgement) => result(judgement, rules)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
