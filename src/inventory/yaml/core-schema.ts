const LONGEST_WORD = 5;

const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ["", null],
  ["~", null],
  ["null", null],
  ["Null", null],
  ["NULL", null],
  ["true", true],
  ["True", true],
  ["TRUE", true],
  ["false", false],
  ["False", false],
  ["FALSE", false],
]);

/** What a plain scalar means under the YAML 1.2 core schema (https://yaml.org/spec/1.2.2/#103-core-schema). */
export function resolvePlain(text: string): string | number | boolean | null {
  const first = text.charCodeAt(0);
  if (first <= NINE && first >= PLUS) return resolveNumber(text);
  if (text.length > LONGEST_WORD) return text;
  const word = WORDS.get(text);
  return word === undefined ? text : word;
}

/** The value of a scalar with an explicit tag; a tag of another schema leaves the text as it is. */
export function resolveTagged(tag: string, text: string): string | number | boolean | null {
  return /(?:^!!|^!<tag:yaml\.org,2002:)(?:int|float|bool|null)>?$/.test(tag) ? resolvePlain(text) : text;
}

/** Numbers begin with one of `+,-./0123456789`, which are neighbours. */
const PLUS = 0x2b;
const NINE = 0x39;

const DECIMAL = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const OTHER_BASE = /^0(?:o[0-7]+|x[0-9a-fA-F]+)$/;
const SPECIAL = /^(?:([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

function resolveNumber(text: string): string | number {
  if (DECIMAL.test(text)) return Number(text);
  if (OTHER_BASE.test(text)) return Number(text);
  const special = SPECIAL.exec(text);
  if (special === null) return text;
  if (special[1] === undefined) return Number.NaN;
  return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
