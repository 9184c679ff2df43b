import type { Metric, Reading } from "./probe.ts";

type Value = string | number | boolean;

export function healthy(subject: string, value: Value, evidence: string, metrics: readonly Metric[] = []): Reading {
  return { subject, kind: "known", health: "healthy", value, evidence, ...kept(metrics) };
}

export function unhealthy(subject: string, value: Value, evidence: string, metrics: readonly Metric[] = []): Reading {
  return { subject, kind: "known", health: "unhealthy", value, evidence, ...kept(metrics) };
}

/** Healthy when the condition holds. */
export function judged(
  good: boolean,
  subject: string,
  value: Value,
  evidence: string,
  metrics: readonly Metric[] = [],
): Reading {
  return good ? healthy(subject, value, evidence, metrics) : unhealthy(subject, value, evidence, metrics);
}

export function absentReading(subject: string, evidence: string): Reading {
  return { subject, kind: "absent", evidence };
}

export function unknownReading(subject: string, why: string, howToLearn: string): Reading {
  return { subject, kind: "unknown", why, howToLearn };
}

/** A number under its name, with labels. */
export function metric(name: string, value: number, labels?: Readonly<Record<string, string>>): Metric {
  return labels === undefined ? { name, value } : { name, value, labels };
}

function kept(metrics: readonly Metric[]): { readonly metrics?: readonly Metric[] } {
  const finite = metrics.filter(({ value }) => Number.isFinite(value));
  return finite.length === 0 ? {} : { metrics: finite };
}
