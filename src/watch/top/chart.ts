const blocks = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** The largest value of each of `width` equal stretches; fewer values are not spread. */
function columns(values: readonly number[], width: number): readonly number[] {
  if (values.length <= width) return values;
  return Array.from({ length: width }, (_, index) => {
    const from = Math.floor((index * values.length) / width);
    const to = Math.max(from + 1, Math.floor(((index + 1) * values.length) / width));
    return Math.max(...values.slice(from, to));
  });
}

/** A chart of blocks: `height` lines from the top, of as many columns as there are values, at most `width`; the full height is `top`. */
export function blockChart(
  values: readonly number[],
  size: { readonly width: number; readonly height: number },
  top: number,
): readonly string[] {
  const { width, height } = size;
  const steps = columns(values, width).map((value) => (top > 0 ? Math.min(1, Math.max(0, value / top)) * height * 8 : 0));
  return Array.from({ length: height }, (_, line) => {
    const below = (height - 1 - line) * 8;
    return steps.map((step) => blocks[Math.max(0, Math.min(8, Math.round(step - below)))] ?? ' ').join('');
  });
}
