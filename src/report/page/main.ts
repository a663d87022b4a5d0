import type { Report } from '../../wire/report.ts';
import { sitesById } from '../words/site.ts';
import { el } from './dom.ts';
import { downloadSection } from './download.ts';
import { memorySection } from './memory.ts';
import { openSection } from './open.ts';
import { environmentSection, leftSection, noteSection, ownedSection, processSection, siteSection } from './rest.ts';
import { figures, title, verdictSection } from './verdict.ts';

/** The report is embedded by the renderer of the same version, which was given a checked report. */
function embedded(): Report {
  return JSON.parse(document.querySelector('#report')?.textContent ?? '') as Report;
}

/** Links to the sections that this report has. */
function contents(sections: readonly HTMLElement[]): HTMLElement {
  const links = sections.map((section) =>
    el('li', {}, el('a', { href: `#${section.id}` }, section.querySelector('h2')?.textContent ?? section.id)),
  );
  return el('nav', { 'aria-label': 'Sections' }, el('ul', {}, ...links));
}

function build(report: Report): readonly HTMLElement[] {
  const sites = sitesById(report);
  const sections = [
    openSection(report, sites),
    memorySection(report),
    leftSection(report, sites),
    ownedSection(report),
    processSection(report),
    siteSection(report, sites),
    noteSection(report),
    environmentSection(report),
    downloadSection(report),
  ].filter((section) => section !== null);
  return [title(report), verdictSection(report, sites), figures(report), contents(sections), ...sections];
}

const report = embedded();
document.querySelector('#page')?.append(...build(report));
