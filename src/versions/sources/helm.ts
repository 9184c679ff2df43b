import { parse } from "yaml";
import * as z from "zod";
import { absent } from "../../kernel/fact.ts";
import { parseInstant } from "../../kernel/instant.ts";
import { isPrerelease, type Release } from "../releases.ts";
import { mapKnown, type Source, type UpstreamOf } from "./source.ts";

/** The fields we use of a chart's entries, all read as text so that `1.10` stays `1.10`. */
const Entry = z.object({
  version: z.string().min(1),
  appVersion: z.string().optional(),
  created: z.string().optional(),
  deprecated: z.string().optional(),
  digest: z.string().optional(),
});
const Entries = z.array(Entry);
const keptField = new RegExp(`^(?:${Object.keys(Entry.shape).join("|")}):(?:\\s|$)`);

/**
 * A Helm repository's `index.yaml` (helm.sh/docs/topics/chart_repository). Index files reach tens of megabytes and parsing
 * YAML takes a second for two of them, so only the wanted chart's lines with the fields we use are given to the parser.
 */
export const helm: Source<UpstreamOf<"helm">> = {
  id: "helm",
  async list(ask, { url, chart }) {
    const reply = await ask.get(`${url.replace(/\/+$/, "")}/index.yaml`, { maxBytes: 64_000_000 });
    const releases = mapKnown(reply, "the index of a Helm repository", ({ body }) => readIndex(body, chart));
    const none = releases.kind === "known" && releases.value.length === 0;
    return none ? absent(releases.source, releases.at) : releases;
  },
};

/** A chart's releases; none when the index does not list it, undefined when the text is no index. */
export function readIndex(text: string, chart: string): readonly Release[] | undefined {
  const entries = text.trimStart().startsWith("{") ? jsonEntries(text, chart) : yamlEntries(text, chart);
  return entries?.map(toRelease);
}

function toRelease(entry: z.output<typeof Entry>): Release {
  const at = entry.created === undefined ? undefined : parseInstant(entry.created);
  return {
    version: entry.version,
    prerelease: isPrerelease(entry.version) || /^v?\d+\.\d+\.\d+-/.test(entry.version),
    ...(at === undefined ? {} : { at }),
    ...(entry.appVersion === undefined ? {} : { appVersion: entry.appVersion }),
    ...(entry.digest === undefined ? {} : { digest: entry.digest }),
    ...(entry.deprecated === "true" ? { deprecated: true } : {}),
  };
}

const JsonIndex = z.object({ entries: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))) });

function jsonEntries(text: string, chart: string): z.output<typeof Entries> | undefined {
  try {
    const { entries } = JsonIndex.parse(JSON.parse(text));
    const own = Object.hasOwn(entries, chart) ? entries[chart] : undefined;
    return Entries.parse((own ?? []).map(asTexts));
  } catch {
    return undefined;
  }
}

function asTexts(entry: Record<string, unknown>): Record<string, string> {
  const texts = Object.entries(entry).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  return Object.fromEntries(texts.map(([key, value]) => [key, String(value)]));
}

function yamlEntries(text: string, chart: string): z.output<typeof Entries> | undefined {
  const top = /^entries:[ \t]*(?:\{\}[ \t]*)?\r?$/m.exec(text);
  if (top === null) return undefined;
  const fields = fieldsOf(sectionOf(text.slice(top.index + top[0].length).replace(/^\n/, ""), chart));
  try {
    return fields === "" ? [] : Entries.parse(parse(fields, { schema: "failsafe", maxAliasCount: 0 }));
  } catch {
    return undefined;
  }
}

/** The lines below the chart's name. What belongs to it is indented further, also inside long strings. */
function sectionOf(entries: string, chart: string): readonly string[] {
  const indent = /^( +)[^\s#-]/m.exec(entries)?.[1] ?? "";
  const names = [chart, `"${chart}"`, `'${chart}'`].map((name) => `${indent}${name}:`);
  const start = names.map((name) => findLine(entries, name)).find((index) => index !== -1);
  const lines: string[] = [];
  for (const line of start === undefined ? [] : linesFrom(entries, start)) {
    if (lines.length > 0 && isOutside(line, indent)) break;
    lines.push(line);
  }
  return lines.slice(1);
}

function findLine(text: string, line: string): number {
  for (let at = text.indexOf(line); at !== -1; at = text.indexOf(line, at + 1)) {
    const rest = text.slice(at + line.length, at + line.length + 3);
    if ((at === 0 || text[at - 1] === "\n") && /^[ \t]*(?:\r?\n|$|#|[ \t]*\[)/.test(rest)) return at;
  }
  return -1;
}

function* linesFrom(text: string, start: number): Generator<string> {
  for (let at = start; at < text.length; ) {
    const end = text.indexOf("\n", at);
    yield (end === -1 ? text.slice(at) : text.slice(at, end)).replace(/\r$/, "");
    if (end === -1) return;
    at = end + 1;
  }
}

/** Ends the section: a line no deeper than the chart's name that is not one of its list items. */
function isOutside(line: string, indent: string): boolean {
  const depth = line.search(/\S/);
  if (depth === -1) return false;
  return depth < indent.length || (depth === indent.length && !/^\s*(?:-\s|-$|#)/.test(line));
}

/** Only the list items and the wanted fields directly below them; the rest is never parsed. */
function fieldsOf(section: readonly string[]): string {
  const dash = section.find((line) => /^\s*-\s/.test(line))?.search(/\S/) ?? 0;
  const kept: string[] = [];
  let depth = dash + 2;
  for (const line of section) {
    const indent = line.search(/\S/);
    if (indent === dash && line[dash] === "-") {
      const rest = line.slice(dash + 1).trimStart();
      depth = line.length - rest.length;
      kept.push(itemLine(line, depth));
    } else if (indent === depth && keptField.test(line.slice(depth))) kept.push(line);
  }
  return kept.join("\n");
}

/** An item's first line holds its first field, wanted or not; an item in braces stands on one line. */
function itemLine(line: string, depth: number): string {
  const rest = line.slice(depth);
  return keptField.test(rest) || rest.startsWith("{") ? line : `${line.slice(0, depth)}item: yes`;
}
