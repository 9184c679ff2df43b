import { InputError } from "../../../kernel/errors.ts";
import type { KubeObject } from "../../../kernel/kube.ts";
import { endedBy } from "../../lines.ts";
import type { OwnProving, Proved, SealedBody } from "../../store-kind.ts";
import { partOf } from "../part-of.ts";
import { type KubernetesBody, objectsFile } from "./body.ts";
import { digestOfLine } from "./line.ts";
import { isSealingKey, keyMisfit, secretData, unopened, wasOpened } from "./sealing.ts";

/** Reads every object back by its digest, and asks of the Secrets whether they do what they are for. */
export async function prove(sealed: SealedBody<KubernetesBody>, proving: OwnProving): Promise<Proved> {
  const { body } = sealed;
  const why: string[] = [];
  const lines: string[] = [];
  try {
    for await (const line of wholeLines(proving.readPart(partOf(sealed, objectsFile)))) lines.push(line);
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    why.push(thrown.message);
  }
  why.push(...differences(lines, body));
  const objects =
    why.length > 0 ? [] : lines.slice(0, body.objects.length).map((line) => JSON.parse(line) as KubeObject);
  const secrets = whatSecretsDo(objects);
  why.push(...secrets.why);
  const missing = body.values.filter(({ note }) => note !== undefined);
  return {
    verdict: why.length === 0 ? { kind: "proven" } : { kind: "failed", why: why.slice(0, 50) },
    counts: { objects: body.objects.length, secrets: secrets.secrets, sealed: secrets.sealed },
    doesNotCover: missing.map(
      ({ application, file, repository }) => `${file} of ${repository}, which ${application} takes its values from`,
    ),
    notes: [
      ...secrets.notes,
      ...body.notServed.map((type) => `the cluster has no ${type}`),
      ...missing.map(({ file, note }) => `${file} was not read: ${note}; the Application itself is here`),
    ],
  };
}

function differences(lines: readonly string[], { objects, values }: KubernetesBody): readonly string[] {
  const said = objects.flatMap(({ kind, namespace, name, sha256 }, index) => {
    const line = lines[index];
    if (line !== undefined && digestOfLine(line) === sha256) return [];
    return [`${kind} ${namespace === undefined ? "" : `${namespace}/`}${name} did not come back as it was`];
  });
  const wanted = objects.length + values.length;
  const texts = values.filter(({ sha256 }, index) => {
    if (sha256 === undefined) return false;
    const { text } = JSON.parse(lines[objects.length + index] ?? "{}") as { readonly text?: string };
    return text === undefined || digestOfLine(text) !== sha256;
  });
  return [
    ...said,
    ...texts.map(({ file }) => `the values of ${file} did not come back as they were`),
    ...(lines.length === wanted ? [] : [`${lines.length} entries came back of ${wanted}`]),
  ];
}

interface SecretsFound {
  readonly why: readonly string[];
  readonly notes: readonly string[];
  readonly secrets: number;
  readonly sealed: number;
}

/** A Secret that was broken in the cluster already is told, and no fault of the backup; a SealedSecret that nothing opens is one. */
function whatSecretsDo(objects: readonly KubeObject[]): SecretsFound {
  const secrets = objects.filter(({ kind }) => kind === "Secret");
  const sealed = objects.filter(({ kind }) => kind === "SealedSecret");
  const sealing = secrets.filter(isSealingKey);
  const misfits = sealing.flatMap((one) => told(one, keyMisfit(secretData(one))));
  const keys = sealing.flatMap((one) =>
    keyMisfit(secretData(one)) === undefined ? [secretData(one)["tls.key"] ?? ""] : [],
  );
  const closed = sealed.filter((one) => unopened(one, keys).length > 0);
  // Some were sealed for another cluster and never opened here: that is how it was. One that the controller opened must open again.
  const isKeyLost = (one: KubeObject): boolean => closed.length === sealed.length || wasOpened(one);
  const closedWords = (one: KubeObject): readonly string[] =>
    told(one, `is opened by no key that is here (${unopened(one, keys).join(", ")})`);
  const certificates = secrets
    .filter((one) => one["type"] === "kubernetes.io/tls" && !isSealingKey(one))
    .flatMap((one) => told(one, keyMisfit(secretData(one))));
  const rails = secrets.filter(({ metadata }) => /(?:^|-)rails-secret$/.test(metadata.name)).flatMap(railsLacks);
  return {
    why: [...misfits, ...closed.filter(isKeyLost).flatMap(closedWords), ...rails],
    notes: [...certificates, ...closed.filter((one) => !isKeyLost(one)).flatMap(closedWords)],
    secrets: secrets.length,
    sealed: sealed.length,
  };
}

/** Without them the columns that GitLab encrypts never open again (docs.gitlab.com, "Back up GitLab", "Storing configuration files"). */
const railsKeys = ["secret_key_base", "db_key_base", "otp_key_base"];

function railsLacks(object: KubeObject): readonly string[] {
  const text = secretData(object)["secrets.yml"] ?? "";
  const lacking = railsKeys.filter((key) => !new RegExp(`^\\s+${key}:\\s*\\S+`, "m").test(text));
  return lacking.length === 0 ? [] : told(object, `holds no ${lacking.join(", ")}`);
}

function told({ kind, metadata }: KubeObject, words: string | undefined): readonly string[] {
  return words === undefined ? [] : [`${kind} ${metadata.namespace ?? ""}/${metadata.name} ${words}`];
}

async function* wholeLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const rest = yield* endedBy("\n", stream);
  if (rest !== "") throw new InputError("the objects of the backup end within a line");
}
