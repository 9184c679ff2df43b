import { idOf } from "../kernel/digest.ts";
import {
  entriesAt,
  formatPath,
  type Node,
  type Scalar,
  type Sequence,
  type Step,
  textAt,
  walk,
} from "../kernel/tree.ts";
import type { Credential, SourceFile } from "../platform/source.ts";
import { entropyOf, isPlaceholder, looksSecret } from "./plausible.ts";
import { type Shape, shapes } from "./shapes.ts";

/** A line that assigns a literal to a secret-sounding name, outside YAML. */
const assignment =
  /^[ \t]*(?:export[ \t]+|ENV[ \t]+|ARG[ \t]+|-e[ \t]+|[^\n#]*?--from-literal[= ])?["']?([A-Za-z_][\w.-]*)["']?[ \t]*(?:=|:=|:[ \t])[ \t]*(["']?)([^"'\s#,;]+)\2/gm;
const secretWord =
  /pass(word|wd|phrase)?$|secret$|secret[_-]?key$|token$|api[_-]?key$|access[_-]?key$|private[_-]?key$|client[_-]?secret$|encryption[_-]?key$|credentials?$/i;
/** Names that end so and yet hold the name, place or length of a secret. */
const notSecret =
  /(name|ref|path|file|url|uri|key[_-]?name|existing[_-]?secret|tls[_-]?secret|pull[_-]?secret|public[_-]?key|ssh[_-]?key[_-]?id|image[_-]?pull|arn|id|header|lifetime|expiry|ttl|secretkey[_-]?ref)$/i;
const checkedName =
  /(^|\/)(\.env[\w.-]*|[\w.-]*\.(env|sh|bash|tf|tfvars|toml|ini|cfg|conf|properties|hcl|Dockerfile)|Dockerfile[\w.-]*|Makefile)$/;

type Found = Omit<Credential, "environment">;

/** What looks like a secret in clear in a file. The text found is not kept. */
export function credentialsIn(file: SourceFile): readonly Found[] {
  const found = new Map<string, Found>();
  const add = (credential: Found): void => {
    const key = `${credential.at.line}`;
    const before = found.get(key);
    if (before === undefined || (before.certainty === "entropy" && credential.certainty === "shape"))
      found.set(key, credential);
  };
  for (const shape of shapes)
    if (file.text.includes(shape.sign)) for (const credential of matching(shape, file)) add(credential);
  if (checkedName.test(file.path)) for (const credential of assigned(file)) add(credential);
  if (/pass|secret|token|key|credential/i.test(file.text)) for (const credential of inDocuments(file)) add(credential);
  return [...found.values()];
}

/** Domains that RFC 2606 and RFC 6761 keep for documents and tests, and the machine itself: nobody else logs in there. */
const documented = /@(([\w-]+\.)*(example(\.(com|org|net))?|test|invalid|localhost)|127\.\d+\.\d+\.\d+)$/i;

/** `AKIAX7X7X7X7…` has the form, and no issuer's chance writes it. */
function isMadeUp(shape: Shape, whole: string, secret: string): boolean {
  if (shape.what === "password in a URL") return documented.test(whole);
  return shape.what !== "private key" && entropyOf(secret.slice(shape.prefix)) < 2.5;
}

function* matching(shape: Shape, file: SourceFile): Iterable<Found> {
  for (const match of file.text.matchAll(shape.pattern)) {
    const secret = match[1] ?? match[0];
    if (isPlaceholder(secret) || isMadeUp(shape, match[0], secret)) continue;
    const offset = match.index + match[0].lastIndexOf(secret);
    yield {
      at: file.locate(offset),
      what: shape.what,
      hint: hintOf(secret, shape.prefix),
      certainty: "shape",
      ...simplicity(shape.what === "password in a URL" ? secret : undefined),
      ...toldApart(shape, match, secret),
    };
  }
}

function simplicity(text: string | undefined): Pick<Found, "simple"> {
  const isWord = text !== undefined && (!looksSecret(text) || /^[a-z]+[-_.]?\d{0,4}!?$/i.test(text));
  return isWord ? { simple: true } : {};
}

/** A person's password is named by its address and never digested; what an issuer made at random is known by its digest. */
function toldApart(shape: Shape, match: RegExpExecArray, secret: string): Pick<Found, "name" | "mark"> {
  if (shape.what === "password in a URL") return { name: match[0].replace(`:${secret}@`, "@") };
  if (shape.what !== "private key") return { name: "", mark: idOf([secret]) };
  // The shape sees the first line alone: the key's own letters follow, however their lines are broken.
  const body = match.input.slice(match.index, match.index + 600).replace(/\s|\\[nr]/g, "");
  return { name: "", mark: idOf([body.slice(0, 200)]) };
}

/** In HCL a value without quotes is an expression: `random_password.db.result`, `base64encode(…)`. */
const expressions = /\.(tf|tfvars|hcl|tofu)$/;

function* assigned(file: SourceFile): Iterable<Found> {
  for (const match of file.text.matchAll(assignment)) {
    const [whole, name = "", quote, value = ""] = match;
    if (!soundsSecret(name) || !looksSecret(value) || (quote === "" && expressions.test(file.path))) continue;
    yield {
      at: file.locate(match.index + whole.lastIndexOf(value)),
      name,
      what: "secret",
      hint: hintOf(value, 0),
      certainty: "entropy",
    };
  }
}

function* inDocuments(file: SourceFile): Iterable<Found> {
  for (const { root } of file.documents) {
    if (root === undefined) continue;
    if (textAt(root, "kind") === "Secret" && textAt(root, "apiVersion") === "v1") yield* inSecret(root, file);
    else if (!/Secret|CustomResourceDefinition/.test(textAt(root, "kind") ?? "")) yield* inTree(root, file);
  }
}

/** A Secret's values stand there in clear: Base64 hides nothing. */
function* inSecret(root: Node, file: SourceFile): Iterable<Found> {
  const object = `Secret ${textAt(root, "metadata", "namespace") ?? "-"}/${textAt(root, "metadata", "name") ?? ""}`;
  const written = entriesAt(root, "stringData").map((entry) => ({
    ...entry,
    read: (text: string): string | undefined => text,
  }));
  const encoded = entriesAt(root, "data").map((entry) => ({ ...entry, read: decoded }));
  for (const { key, value, read } of [...written, ...encoded]) {
    if (value.kind !== "scalar" || value.templated || notASecretEntry(key.text)) continue;
    const text = read(value.text) ?? "";
    if (text.length < 4 || isPlaceholder(text)) continue;
    const name = `${object} ${key.text}`;
    const found = { what: "Kubernetes Secret", hint: hintOf(text, 0), certainty: "shape" } as const;
    yield { at: file.locate(value), name, ...found, ...simplicity(text) };
  }
}

function notASecretEntry(key: string): boolean {
  return /\.(crt|pem\.pub)$|^(ca|tls)\.crt$|user(name)?$|^(host|port|url|endpoint|region|bucket|type|name|project|db|database|dbname|issuer|insecure|enableOCI)$|_?(host|port|user|url|region|bucket|db|database)$/i.test(
    key,
  );
}

function decoded(text: string): string | undefined {
  const compact = text.replace(/\s+/g, "");
  return /^[A-Za-z0-9+/]+={0,2}$/.test(compact) && compact.length % 4 === 0
    ? Buffer.from(compact, "base64").toString("utf8")
    : undefined;
}

/** What Base64 decodes to by chance is not text. */
function printable(text: string | undefined): string | undefined {
  return text !== undefined && /^[\x20-\x7e\s]+$/.test(text) ? text : undefined;
}

function* inTree(root: Node, file: SourceFile): Iterable<Found> {
  const object = [textAt(root, "kind"), textAt(root, "metadata", "name")].filter((part) => part !== undefined);
  const of = textAt(root, "apiVersion") === undefined || object.length < 2 ? "" : `${object.join("/")} `;
  const scalars: Suspect[] = [];
  walk(root, (node, path) => {
    if (node.kind === "mapping") scalars.push(...secretEntries(node, path));
    if (node.kind === "sequence") scalars.push(...secretItems(node));
    return true;
  });
  for (const { scalar, name, text = scalar.text } of scalars) {
    if (scalar.templated || typeof scalar.value !== "string" || !looksSecret(text)) continue;
    if (isPlaceholder(printable(decoded(text)) ?? text)) continue;
    const found = { what: "secret", hint: hintOf(text, 0), certainty: "entropy" } as const;
    yield { at: file.locate(scalar), name: `${of}${name}`, ...found };
  }
}

interface Suspect {
  readonly scalar: Scalar;
  readonly name: string;
  /** The part of the scalar that is the value; all of it when left out. */
  readonly text?: string;
}

/** Items like `DB_PASSWORD=x` and `--token=x`: a container's arguments, compose's environment, a secretGenerator's literals. */
function secretItems(node: Sequence): readonly Suspect[] {
  return node.items.flatMap((item): readonly Suspect[] => {
    const [, name = "", text = ""] =
      (item.kind === "scalar" ? /^-{0,2}([A-Za-z_][\w.-]*)=(.+)$/s.exec(item.text) : null) ?? [];
    return item.kind === "scalar" && soundsSecret(name) ? [{ scalar: item, name, text }] : [];
  });
}

/** Values under secret-sounding keys, and `value` beside a secret-sounding `name` (environment variables). */
function secretEntries(node: Node, path: readonly Step[]): readonly Suspect[] {
  const variable = textAt(node, "name");
  return entriesAt(node).flatMap(({ key, value }) => {
    if (value.kind !== "scalar") return [];
    if (key.text === "value" && variable !== undefined && soundsSecret(variable))
      return [{ scalar: value, name: variable }];
    const keys = path.filter((step) => typeof step === "string");
    return soundsSecret(key.text) ? [{ scalar: value, name: formatPath([...keys, key.text]) }] : [];
  });
}

function soundsSecret(name: string): boolean {
  return secretWord.test(name) && !notSecret.test(name);
}

/** Recognisable, never usable: the public prefix and the length. */
function hintOf(secret: string, prefix: number): string {
  return `${secret.slice(0, prefix)}… (${secret.length} characters)`;
}
