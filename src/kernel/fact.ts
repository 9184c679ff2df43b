import type { Instant } from "./instant.ts";

/**
 * What is known about one thing. *Absent* is knowledge (we looked, there is none); *unknown* is the lack of it and says
 * what would tell. Neither is ever read as the other, and an unhealthy thing is a known one.
 */
export type Fact<T> = Known<T> | Absent | Unknown;

export interface Known<T> {
  readonly kind: "known";
  readonly value: T;
  /** Where the value was read, as a person would name it: a file, a URL, a query. */
  readonly source: string;
  readonly at?: Instant;
}

export interface Absent {
  readonly kind: "absent";
  readonly source: string;
  readonly at?: Instant;
}

export interface Unknown {
  readonly kind: "unknown";
  readonly why: string;
  /** The command, right or question that would settle it. */
  readonly howToLearn: string;
}

export function known<T>(value: T, source: string, at?: Instant): Known<T> {
  return at === undefined ? { kind: "known", value, source } : { kind: "known", value, source, at };
}

export function absent(source: string, at?: Instant): Absent {
  return at === undefined ? { kind: "absent", source } : { kind: "absent", source, at };
}

export function unknown(why: string, howToLearn: string): Unknown {
  return { kind: "unknown", why, howToLearn };
}
