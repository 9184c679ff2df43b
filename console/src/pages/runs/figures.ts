/** A figure in four digits at most where that says enough: `12.35`, `1 234`; `not measured`. */
export function figureText(value: number | undefined): string {
  if (value === undefined) return "not measured";
  const digits = Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 100 ? 1 : 2;
  return value.toLocaleString("en-GB", { maximumFractionDigits: digits }).replaceAll(",", " ");
}

/** `+ 12 %`, `– 3 %`, `as before`; nothing where one of them is not known. */
export function changeText(before: number | undefined, after: number | undefined): string {
  if (before === undefined || after === undefined) return "";
  if (before === 0) return after === 0 ? "as before" : `from 0 to ${figureText(after)}`;
  const percent = Math.round(((after - before) / Math.abs(before)) * 100);
  if (percent === 0) return "as before";
  return percent > 0 ? `+ ${percent} %` : `– ${-percent} %`;
}

/** A series with the labels that tell it from others: `millwright_probe_millis{probe="login"}`. */
export function seriesText({
  series,
  labels,
}: {
  readonly series: string;
  readonly labels: Readonly<Record<string, string>>;
}): string {
  const named = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return named.length === 0 ? series : `${series}{${named.join(", ")}}`;
}
