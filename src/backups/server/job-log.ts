import { jsonOr } from "../../kernel/json.ts";

/** What a pod's log says: Kubernetes keeps a program's output and its complaints in one. */
export interface JobLog {
  /** The JSON in it: lines of it, and a document over several lines. */
  readonly output: string;
  readonly errors: string;
  /** The whole lines of JSON, in order. */
  readonly lines: readonly unknown[];
}

/** A document begins and ends with a brace alone on its line, as JSON is printed over several. */
export function readJobLog(text: string): JobLog {
  const output: string[] = [];
  const errors: string[] = [];
  const lines: unknown[] = [];
  let inside = false;
  for (const line of text.split("\n").slice(0, -1)) {
    if (inside || line === "{") {
      inside = line !== "}";
      output.push(line);
      continue;
    }
    const value = line.startsWith("{") ? jsonOr(line) : undefined;
    if (value === undefined) errors.push(line);
    else {
      output.push(line);
      lines.push(value);
    }
  }
  return { output: output.map((line) => `${line}\n`).join(""), errors: errors.join("\n"), lines };
}
