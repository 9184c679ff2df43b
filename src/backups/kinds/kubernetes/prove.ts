import * as z from "zod";
import { InputError } from "../../../kernel/errors.ts";
import { jsonOr } from "../../../kernel/json.ts";
import type { KubeObject } from "../../../kernel/kube.ts";
import { endedBy, linesOf } from "../../lines.ts";
import type { OwnProving, Proved, SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { type KubernetesBody, objectsFile } from "./body.ts";
import { digestOfLine, nameOf } from "./line.ts";
import { SecretsFound } from "./secrets-found.ts";

/**
 * Reads every object back by its digest, and asks of the Secrets whether they do what they are for; SealedSecrets are read once more,
 * when all keys are known.
 */
export async function prove(sealed: SealedBody<KubernetesBody>, proving: OwnProving): Promise<Proved> {
  const { body } = sealed;
  const secrets = new SecretsFound();
  const why = [...(await differences(sealed, secrets, proving))];
  // Of what did not come back nothing more is said.
  if (why.length === 0 && secrets.sealed > 0)
    for await (const object of objectsOf(sealed, proving)) if (object.kind === "SealedSecret") secrets.open(object);
  const found = why.length === 0 ? secrets.told() : { why: [], notes: [], secrets: 0, sealed: 0 };
  why.push(...found.why);
  const missing = body.values.filter(({ note }) => note !== undefined);
  return {
    verdict: why.length === 0 ? { kind: "proven" } : { kind: "failed", why: why.slice(0, 50) },
    counts: { objects: body.objects.length, secrets: found.secrets, sealed: found.sealed },
    doesNotCover: missing.map(
      ({ application, file, repository }) => `${file} of ${repository}, which ${application} takes its values from`,
    ),
    notes: [
      ...found.notes,
      ...body.notServed.map((type) => `the cluster has no ${type}`),
      ...missing.map(({ file, note }) => `${file} was not read: ${note}; the Application itself is here`),
    ],
  };
}

/** Line by line against the manifest; `secrets` looks at each object meanwhile. */
async function differences(
  sealed: SealedBody<KubernetesBody>,
  secrets: SecretsFound,
  proving: OwnProving,
): Promise<readonly string[]> {
  const { objects, values } = sealed.body;
  const others: string[] = [];
  const texts: string[] = [];
  const damaged: string[] = [];
  const judge = (index: number, line: string | undefined): void => {
    const object = objects[index];
    const value = values[index - objects.length];
    if (object !== undefined && (line === undefined || digestOfLine(line) !== object.sha256))
      others.push(`${nameOf(object.kind, object)} did not come back as it was`);
    else if (object !== undefined && line !== undefined) secrets.see(JSON.parse(line) as KubeObject);
    else if (value?.sha256 !== undefined && digestOfText(line) !== value.sha256)
      texts.push(`the values of ${value.file} did not come back as they were`);
  };
  const wanted = objects.length + values.length;
  let count = 0;
  try {
    for await (const line of wholeLines(proving.readPart(partOf(sealed, objectsFile)))) judge(count++, line);
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    damaged.push(thrown.message);
  }
  for (let index = count; index < wanted; index += 1) judge(index, undefined);
  return [...damaged, ...others, ...texts, ...(count === wanted ? [] : [`${count} entries came back of ${wanted}`])];
}

const ValuesLine = z.object({ text: z.string() });

/** Of the text in a line of a values file; undefined where there is none. */
function digestOfText(line: string | undefined): string | undefined {
  const parsed = ValuesLine.safeParse(jsonOr(line ?? ""));
  return parsed.success ? digestOfLine(parsed.data.text) : undefined;
}

/** The objects of a backup whose lines were all held against their digests. */
async function* objectsOf(sealed: SealedBody<KubernetesBody>, { readPart }: OwnProving): AsyncGenerator<KubeObject> {
  let count = 0;
  for await (const line of linesOf(readPart(partOf(sealed, objectsFile)))) {
    if (count < sealed.body.objects.length) yield JSON.parse(line) as KubeObject;
    count += 1;
  }
}

async function* wholeLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const rest = yield* endedBy("\n", stream);
  if (rest !== "") throw new InputError("the objects of the backup end within a line");
}
