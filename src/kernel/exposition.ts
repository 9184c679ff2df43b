/** One line of a Prometheus text exposition. */
export interface ExposedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `NaN`, `+Inf` and `-Inf` as JavaScript has them. */
  readonly value: number;
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"\s*(?:,\s*|$)/y;

/**
 * The samples of a text in Prometheus' exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats), in order.
 * undefined when a line is neither a comment nor a sample: then it is some other text.
 */
export function parseExposition(text: string): readonly ExposedSample[] | undefined {
  const samples: ExposedSample[] = [];
  for (const raw of text.split("\n")) {
    const row = raw.trim();
    if (row === "" || row.startsWith("#")) continue;
    const [, name, labels = "", value] = line.exec(row) ?? [];
    const parsed = parseLabels(labels.trim());
    const number = value === undefined ? undefined : parseValue(value);
    if (name === undefined || parsed === undefined || number === undefined) return undefined;
    samples.push({ name, labels: parsed, value: number });
  }
  return samples;
}

function parseLabels(text: string): Readonly<Record<string, string>> | undefined {
  const labels: Record<string, string> = {};
  label.lastIndex = 0;
  while (label.lastIndex < text.length) {
    const [, name, value] = label.exec(text) ?? [];
    if (name === undefined || value === undefined) return undefined;
    labels[name] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
  }
  return labels;
}

function parseValue(text: string): number | undefined {
  if (/^[+-]?Inf$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (/^NaN$/i.test(text)) return Number.NaN;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}
