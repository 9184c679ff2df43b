import { idOf } from "../kernel/digest.ts";
import { redactUrls } from "../kernel/url.ts";

/** An error as it comes again and again: everything that differs from line to line is left out. */
export interface LogSignature {
  /** Stable: hash of the template. */
  readonly id: string;
  readonly template: string;
  readonly count: number;
}

const isError =
  /\b(?:error|errno|exception|fatal|panic|critical|traceback|segfault|out of memory|oomkilled|refused|denied|timed? ?out)\b/i;
const notError = /\b(?:0|no) errors?\b|\blevel[="': ]+(?:info|debug)\b/i;
const maxTemplates = 500;
const maxLine = 2000;

/** What is masked, in order. Whatever can be a secret goes first: values of telling names, tokens by shape, long random text. */
const masks: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:authorization|proxy-authorization)["']?\s*[:=]\s*["']?(?:bearer|basic|token)?\s*[^\s"',;]+/gi,
    "authorization=<secret>",
  ],
  [
    /\b([\w.-]{0,40}(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|credential|cookie|session)[\w.-]{0,40})["']?\s*[:=]\s*("[^"]*"|'[^']*'|[^\s,;}]+)/gi,
    "$1=<secret>",
  ],
  [/\b(?:bearer|basic)\s+[\w+/=.~-]{8,}/gi, "<secret>"],
  [/\b(?:glpat|gldt|glrt|ghp|gho|ghs|xox[bp]|AKIA|ASIA)[-_]?[\w-]{8,}/g, "<secret>"],
  [/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, "<secret>"],
  [/\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\b/g, "<mail>"],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, "<time>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<id>"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, "<address>"],
  [/\b(?=[\w+/-]{0,100}\d)(?=[\w+/-]{0,100}[a-z])[\w+/-]{24,}={0,2}/gi, "<id>"],
  [/\b0x[0-9a-f]+\b|\b[0-9a-f]{8,}\b/gi, "<id>"],
  [/"[^"]{40,}"/g, '"<text>"'],
  [/\d+(?:\.\d+)?/g, "<n>"],
];

/** A line without what differs and without what may be a secret. */
export function templateOf(line: string): string {
  let text = redactUrls(line.slice(0, maxLine));
  for (const [pattern, mask] of masks) text = text.replace(pattern, mask);
  return text.replace(/\s+/g, " ").trim().slice(0, 300);
}

/** The error signatures of a log, most frequent first. More than 500 different ones are counted together, so that memory stays bounded. */
export function signaturesOf(log: string): readonly LogSignature[] {
  const counts = new Map<string, number>();
  for (const line of log.split("\n")) {
    if (!isError.test(line) || notError.test(line)) continue;
    const template = templateOf(line);
    const key = counts.has(template) || counts.size < maxTemplates ? template : "<other errors>";
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .map(([template, count]) => ({ id: idOf([template]), template, count }))
    .sort((a, b) => b.count - a.count || a.template.localeCompare(b.template));
}
