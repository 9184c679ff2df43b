import { loadAll } from "js-yaml";
import { isMapping } from "../kubernetes/patch.ts";

export type Manifest = Record<string, unknown> & { metadata: Record<string, unknown> };

/** A repository's text files by path. */
export type Files = ReadonlyMap<string, string>;

/** The objects of a text of YAML documents; Lists are taken apart. */
export function manifestsOf(text: string, path: string): readonly Manifest[] {
  let documents: readonly unknown[];
  try {
    documents = loadAll(text);
  } catch (cause) {
    throw new Error(`Failed to unmarshal "${path}": ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  return documents.filter(isMapping).flatMap((document) => {
    if (typeof document["kind"] === "string" && document["kind"].endsWith("List") && Array.isArray(document["items"]))
      return document["items"] as readonly Manifest[];
    if (typeof document["kind"] !== "string" || !isMapping(document["metadata"]))
      throw new Error(`Failed to unmarshal "${path}": Object 'Kind' is missing`);
    return [document as Manifest];
  });
}

/** A path of the repository; `..` is taken out. */
export function joined(folder: string, entry: string): string {
  const steps: string[] = [];
  for (const step of `${folder}/${entry}`.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== "" && step !== ".") steps.push(step);
  }
  return steps.join("/");
}
