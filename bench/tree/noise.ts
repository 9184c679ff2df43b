import type { Draft } from "./draft.ts";

/** What no version hides in: the rest of a repository. */
export function page(file: Draft): string {
  return `# ${file.prose(4)}\n\n${file.repeat(4 + file.dice.below(20), () => `${file.prose(40)}.\n\n`)}`;
}

export function code(file: Draft): string {
  return file.repeat(
    5 + file.dice.below(25),
    (index) =>
      `def step_${index}(model, data):\n    """${file.prose(12)}"""\n    return model.run(data, ${index})\n\n\n`,
  );
}

export function dashboard(file: Draft): string {
  const panels = Array.from({ length: 5 + file.dice.below(22) }, (_, index) => ({
    id: index,
    title: file.prose(4),
    type: "timeseries",
    targets: [{ expr: `sum(rate(http_requests_total{job="${file.app()}"}[5m]))`, refId: "A" }],
  }));
  return `${JSON.stringify({ title: file.prose(3), panels }, undefined, 2)}\n`;
}
