import type { Verb, VerbField } from "../../access/verb.ts";
import { InputError } from "../../kernel/errors.ts";

/** A call as it is sent. */
export interface Request {
  readonly method: Verb["method"];
  /** Below the server's address, with the query. */
  readonly path: string;
  readonly body: unknown;
}

/** What was written on the command line, by field. */
export type Written = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

/** The call that a verb's words make. `readFile` is asked for `@FILE`. Throws `InputError` for a value of no form. */
export async function requestOf(
  verb: Verb,
  written: Written,
  readFile: (file: string) => Promise<string>,
): Promise<Request> {
  const given = verb.fields.filter(({ name }) => written[name] !== undefined);
  const of = (place: VerbField["in"]): readonly VerbField[] => given.filter((field) => field.in === place);
  const path = of("params").reduce(
    (text, field) => text.replace(`{${field.name}}`, segment(field, written[field.name])),
    verb.path,
  );
  const query = new URLSearchParams(
    of("query").flatMap(({ name }) => [written[name]].flat().map((one): [string, string] => [name, String(one)])),
  ).toString();
  const body: Record<string, unknown> = {};
  for (const field of of("body")) body[field.name] = await valueOf(field, written[field.name], readFile);
  const [whole] = of("whole");
  const takesBody = verb.fields.some((field) => field.in === "body");
  const sent = takesBody || whole === undefined ? body : await valueOf(whole, written[whole.name], readFile);
  return {
    method: verb.method,
    path: `/api/v1${path}${query === "" ? "" : `?${query}`}`,
    body: takesBody || whole !== undefined ? sent : undefined,
  };
}

/** `.` and `..` would lead to another address. */
function segment(field: VerbField, text: Written[string]): string {
  if (typeof text !== "string" || /^\.{0,2}$/.test(text))
    throw new InputError(`<${field.name}> must not be empty or dots.`);
  return encodeURIComponent(text);
}

async function valueOf(
  field: VerbField,
  text: Written[string],
  readFile: (file: string) => Promise<string>,
): Promise<unknown> {
  switch (field.type) {
    case "text":
    case "list":
      return text;
    case "secret":
      return secretOf(field, String(text), readFile);
    case "boolean":
      return text === true || text === "true";
    case "number":
      return numberOf(field, String(text));
    case "record":
      return Object.fromEntries([text].flat().map((pair) => entryOf(field, String(pair))));
    case "json":
      return jsonOf(field, String(text), readFile);
  }
}

/** A secret is in a file, without the end of its last line; never among the words of a command. */
async function secretOf(field: VerbField, text: string, readFile: (file: string) => Promise<string>): Promise<string> {
  if (!text.startsWith("@"))
    throw new InputError(
      `--${field.name}: a secret on a command line is seen by everyone on this machine, so this one is to be changed. Write it into a file and give @FILE, or @- for standard input.`,
    );
  return (await readFile(text.slice(1))).replace(/\r?\n$/, "");
}

function numberOf(field: VerbField, text: string): number {
  if (text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  throw new InputError(`${field.name}: "${text}" is no number.`);
}

function entryOf(field: VerbField, pair: string): readonly [string, string] {
  const at = pair.indexOf("=");
  if (at < 1) throw new InputError(`${field.name}: "${pair}" does not read KEY=VALUE.`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

async function jsonOf(field: VerbField, text: string, readFile: (file: string) => Promise<string>): Promise<unknown> {
  const json = text.startsWith("@") ? await readFile(text.slice(1)) : text;
  try {
    return JSON.parse(json);
  } catch (thrown) {
    throw new InputError(`${field.name} is not JSON; write it in quotes, or @FILE.`, { cause: thrown });
  }
}
