import type { Child } from './dom.ts';
import { button, el } from './dom.ts';
import { formatCount } from '../../kernel/format.ts';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Child;
  /** What the column sorts by; without it the column does not sort. */
  readonly sort?: (row: Row) => number | string;
  readonly numeric?: boolean;
}

export interface TableOptions<Row> {
  readonly caption: string;
  /** For "12 of 5 000 lines". */
  readonly unit: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** The text that the search looks through; without it there is no search. */
  readonly text?: (row: Row) => string;
  /** Rows that stand below a row once it is unfolded. */
  readonly children?: (row: Row) => readonly Row[];
  readonly controls?: readonly HTMLElement[];
  /** Called once, with a function that puts other rows in. */
  readonly onReady?: (setRows: (rows: readonly Row[]) => void) => void;
}

const pageSize = 50;

/** A table with search, sorting by the buttons in its head, unfolding, and rows shown by the page. All of it works by keyboard. */
export function dataTable<Row>(options: TableOptions<Row>): HTMLElement {
  const table = new DataTable(options);
  options.onReady?.((rows) => table.setRows(rows));
  return table.element;
}

class DataTable<Row> {
  readonly element: HTMLElement;
  readonly #options: TableOptions<Row>;
  readonly #body: HTMLElement = el('tbody', { role: 'rowgroup' });
  readonly #status: HTMLElement = el('p', { class: 'status muted', role: 'status' });
  readonly #more: HTMLElement = el('div', { class: 'more' });
  readonly #heads: HTMLElement[];
  readonly #unfolded = new Set<Row>();
  #rows: readonly Row[];
  #query = '';
  #sorted: { readonly column: number; readonly descending: boolean } | null = null;
  #shown = pageSize;

  constructor(options: TableOptions<Row>) {
    this.#options = options;
    this.#rows = options.rows;
    this.#heads = options.columns.map((column, index) => this.#head(column, index));
    const head = el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, ...this.#heads));
    const table = el('table', { role: 'table' }, el('caption', {}, options.caption), head, this.#body);
    this.element = el('div', { class: 'data' }, this.#controls(), el('div', { class: 'scroll' }, table), this.#more);
    this.#draw();
  }

  setRows(rows: readonly Row[]): void {
    this.#rows = rows;
    this.#shown = pageSize;
    this.#unfolded.clear();
    this.#draw();
  }

  #controls(): HTMLElement {
    const search = this.#options.text === undefined ? null : this.#search();
    return el('div', { class: 'controls' }, search, ...(this.#options.controls ?? []), this.#status);
  }

  #search(): HTMLElement {
    const input = el('input', {
      type: 'search',
      'aria-label': `Search: ${this.#options.caption}`,
      placeholder: 'all words must occur',
      autocomplete: 'off',
      spellcheck: 'false',
    });
    input.addEventListener('input', () => {
      this.#query = input.value;
      this.#shown = pageSize;
      this.#draw();
    });
    return el('label', { class: 'field search' }, el('span', {}, 'Search'), input);
  }

  #head(column: Column<Row>, index: number): HTMLElement {
    const attributes = { role: 'columnheader', scope: 'col', class: column.numeric === true ? 'number' : undefined };
    if (column.sort === undefined) return el('th', attributes, column.title);
    return el(
      'th',
      { ...attributes, 'aria-sort': 'none' },
      button(column.title, { class: 'sort' }, () => this.#sortBy(index)),
    );
  }

  /** Numbers begin with the largest, words with A; a second time turns the order round. */
  #sortBy(column: number): void {
    const before = this.#sorted;
    const first = this.#options.columns[column]?.numeric === true;
    const descending = before?.column === column ? !before.descending : first;
    this.#sorted = { column, descending };
    for (const [index, head] of this.#heads.entries()) {
      if (head.hasAttribute('aria-sort'))
        head.setAttribute('aria-sort', index === column ? (descending ? 'descending' : 'ascending') : 'none');
    }
    this.#draw();
  }

  #found(): readonly Row[] {
    const words = this.#query.toLowerCase().split(/\s+/).filter(Boolean);
    const { text } = this.#options;
    if (words.length === 0 || text === undefined) return this.#rows;
    return this.#rows.filter((row) => {
      const haystack = text(row).toLowerCase();
      return words.every((word) => haystack.includes(word));
    });
  }

  #inOrder(rows: readonly Row[]): readonly Row[] {
    const key = this.#sorted === null ? undefined : this.#options.columns[this.#sorted.column]?.sort;
    if (key === undefined) return rows;
    const turn = this.#sorted?.descending === true ? -1 : 1;
    return rows
      .map((row) => ({ row, value: key(row) }))
      .sort((a, b) => turn * compare(a.value, b.value))
      .map(({ row }) => row);
  }

  #draw(): void {
    const found = this.#found();
    const rows = this.#inOrder(found).slice(0, this.#shown);
    this.#body.replaceChildren(...rows.flatMap((row) => this.#withChildren(row)));
    if (found.length === 0)
      this.#body.append(
        el(
          'tr',
          { role: 'row', class: 'empty' },
          el('td', { role: 'cell', colspan: String(this.#heads.length) }, 'nothing matches'),
        ),
      );
    const total = `${formatCount(this.#rows.length)} ${this.#options.unit}`;
    const isAll = found.length === this.#rows.length;
    this.#status.textContent = isAll ? total : `${formatCount(found.length)} of ${total}`;
    this.#drawMore(found.length);
  }

  #drawMore(found: number): void {
    const rest = found - this.#shown;
    if (rest <= 0) return this.#more.replaceChildren();
    const show = (count: number) => () => {
      this.#shown += count;
      this.#draw();
    };
    const step = Math.min(rest, 200);
    const steps = [button(`Show ${formatCount(step)} more`, {}, show(step))];
    if (rest > step) steps.push(button(`Show all ${formatCount(found)}`, {}, show(rest)));
    this.#more.replaceChildren(...steps);
  }

  #withChildren(row: Row): readonly HTMLElement[] {
    const children = this.#options.children?.(row) ?? [];
    if (children.length === 0) return [this.#row(row, null)];
    const isOpen = this.#unfolded.has(row);
    const toggle = button(isOpen ? '▾' : '▸', { class: 'unfold', 'aria-expanded': String(isOpen), 'aria-label': 'Details' }, () =>
      this.#toggle(row),
    );
    const below = isOpen ? children.map((child) => this.#row(child, null, 'sub')) : [];
    return [this.#row(row, toggle), ...below];
  }

  #toggle(row: Row): void {
    if (!this.#unfolded.delete(row)) this.#unfolded.add(row);
    const index = [...this.#body.querySelectorAll('.unfold')].indexOf(document.activeElement ?? this.#body);
    this.#draw();
    const again = this.#body.querySelectorAll('.unfold')[index];
    if (again instanceof HTMLElement) again.focus();
  }

  #row(row: Row, toggle: HTMLElement | null, kind?: string): HTMLElement {
    const cells = this.#options.columns.map((column, index) => {
      const content = el('div', {}, index === 0 ? toggle : null, column.cell(row));
      const kinds = [column.numeric === true ? 'number' : '', content.textContent === '–' ? 'nil' : ''].filter(Boolean).join(' ');
      return el('td', { role: 'cell', 'data-label': column.title, class: kinds === '' ? undefined : kinds }, content);
    });
    return el('tr', { role: 'row', class: kind }, ...cells);
  }
}

function compare(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true });
}
