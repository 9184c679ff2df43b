import { type Fact, known, unknown } from "../../kernel/fact.ts";
import type { Cache, Clock, Mirror } from "../../kernel/ports.ts";
import { redactUrls } from "../../kernel/url.ts";
import { keepAnswer, readAnswer, type StoredAnswer } from "../cache.ts";

export interface Reply {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What asking came to, before the memory is looked at. */
export type Outcome =
  | { readonly kind: "unchanged" }
  | { readonly kind: "reply"; readonly reply: Reply }
  | Exclude<Fact<Reply>, { kind: "known" }>;

export interface Memory {
  readonly cache: Cache;
  readonly clock: Clock;
  readonly mirror?: Mirror;
  readonly offline: boolean;
  readonly freshForMinutes: number;
}

interface Subject {
  readonly key: string;
  readonly url: string;
  /** Where a mirror keeps the answer. */
  readonly mirrored: string;
}

/**
 * The fresh stored answer, or what `ask` brings, kept. When asking fails, the stored answer serves with its own date and the
 * reason in its source: old knowledge is knowledge. "There is none" is believed over a stored answer.
 */
export async function remember(
  memory: Memory,
  subject: Subject,
  ask: (stored: StoredAnswer | undefined) => Promise<Outcome>,
): Promise<Fact<Reply>> {
  const stored = await readAnswer(memory.cache, subject.key);
  if (memory.offline) return offlineAnswer(memory, subject, stored);
  if (stored !== undefined && isFresh(memory, stored)) return asKnown(subject.url, stored);

  const outcome = await ask(stored);
  switch (outcome.kind) {
    case "reply":
      return keep(memory, subject, outcome.reply);
    case "unchanged":
      if (stored !== undefined) return keep(memory, subject, stored);
      return unknown(`${redactUrls(subject.url)} says "unchanged" of an answer we do not have`, "ask again");
    case "absent":
      return outcome;
    case "unknown":
      return stored === undefined ? outcome : asKnown(subject.url, stored, `stored answer, because ${outcome.why}`);
  }
}

function isFresh(memory: Memory, stored: StoredAnswer): boolean {
  const ageMinutes = (Date.parse(memory.clock.now()) - Date.parse(stored.at)) / 60_000;
  return ageMinutes >= 0 && ageMinutes < memory.freshForMinutes;
}

async function keep(memory: Memory, subject: Subject, reply: Reply): Promise<Fact<Reply>> {
  const answer = { at: memory.clock.now(), headers: reply.headers, body: reply.body };
  await keepAnswer(memory.cache, subject.key, answer);
  return asKnown(subject.url, answer);
}

function asKnown(url: string, answer: StoredAnswer, note?: string): Fact<Reply> {
  const source = note === undefined ? redactUrls(url) : `${redactUrls(url)} (${note})`;
  return known({ headers: answer.headers, body: answer.body }, source, answer.at);
}

/** The newer of the mirror's copy and the stored answer. */
async function offlineAnswer(memory: Memory, subject: Subject, stored: StoredAnswer | undefined): Promise<Fact<Reply>> {
  const copy = URL.canParse(subject.mirrored) ? await memory.mirror?.find(subject.mirrored) : undefined;
  if (copy !== undefined && (stored === undefined || copy.at > stored.at)) {
    return asKnown(subject.url, { ...copy, headers: {} }, `mirror ${memory.mirror?.label ?? ""}`);
  }
  if (stored !== undefined) return asKnown(subject.url, stored, "stored answer");
  return unknown(
    `there is no stored answer of ${redactUrls(subject.url)}`,
    "run once where the network can be reached, or carry a copy into the mirror",
  );
}
