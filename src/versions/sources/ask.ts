import { messageOf, SystemError } from "../../kernel/errors.ts";
import { absent, type Fact, unknown } from "../../kernel/fact.ts";
import type { Cache, Clock, Git, Http, HttpReply, Mirror } from "../../kernel/ports.ts";
import { redactUrls } from "../../kernel/url.ts";
import { questionKey, type StoredAnswer, validators } from "../cache.ts";
import { createLimits } from "./limits.ts";
import { type Memory, type Outcome, type Reply, remember } from "./memory.ts";
import { patient } from "./patience.ts";
import { explainGit, explainRefusal } from "./refusal.ts";

/** Request headers for a host (`registry.example.org:5000`), or none. They are never written to a log, a cache or a URL. */
type Credentials = (host: string) => Readonly<Record<string, string>> | undefined;

export interface AskPorts {
  readonly http: Http;
  /** Bound outside any repository, with the protocols it may speak. */
  readonly git: Git;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly credentials: Credentials;
  readonly wait: (millis: number) => Promise<void>;
  readonly random: () => number;
  /** Asked before the cache when offline. */
  readonly mirror?: Mirror;
}

export interface AskOptions {
  /** Nothing leaves the machine: answers come from the mirror or the cache, however old. */
  readonly offline: boolean;
  /** An answer younger than this is used without asking again; 10 by default. */
  readonly freshForMinutes?: number;
}

export interface Question {
  readonly method?: "GET" | "HEAD";
  readonly accept?: string;
  readonly maxBytes?: number;
  /** Called with the reply to a 401; the headers it gives are tried once. */
  readonly onUnauthorized?: (reply: HttpReply) => Promise<Readonly<Record<string, string>> | undefined>;
}

/** Asks upstreams, remembering. A fact's `at` is when the upstream said it, its `source` where. Never throws for what is outside. */
export interface Ask {
  get(url: string, question?: Question): Promise<Fact<Reply>>;
  /** The lines of `git ls-remote --tags`: commit, tab, ref; peeled tags end in `^{}`. */
  gitTags(url: string): Promise<Fact<string>>;
  /** A reply nobody remembers: tokens. */
  readonly http: Http;
  readonly credentials: Credentials;
}

export function createAsk(ports: AskPorts, options: AskOptions): Ask {
  const limits = createLimits(16, 4);
  const http = patient({ ...ports, limits, now: () => ports.clock.now() });
  const memory: Memory = { ...ports, offline: options.offline, freshForMinutes: options.freshForMinutes ?? 10 };
  const asked = new Map<string, Promise<Fact<Reply>>>();
  const once = (key: string, work: () => Promise<Fact<Reply>>): Promise<Fact<Reply>> => {
    const answer = asked.get(key) ?? work();
    asked.set(key, answer);
    return answer;
  };
  return {
    http,
    credentials: ports.credentials,
    get: (written, question = {}) => {
      const url = withoutUser(written);
      if (url === undefined) return Promise.resolve(noAddress(written));
      const key = questionKey(question.method ?? "GET", url, question.accept ?? "");
      return once(key, () =>
        remember(memory, { key, url, mirrored: url }, (stored) => askHttp(http, ports, url, question, stored)),
      );
    },
    gitTags: async (written) => {
      const url = withoutUser(written) ?? written;
      const key = questionKey("GIT", url, "");
      const ask = (): Promise<Outcome> => limits.run(hostOf(url), () => askGit(ports, url));
      const mirrored = `${url.replace(/\/+$/, "")}/info/refs`;
      const reply = await once(key, () => remember(memory, { key, url, mirrored }, ask));
      return reply.kind === "known" ? { ...reply, value: reply.value.body } : reply;
    },
  };
}

/** A user and password in a pin's address are a leak, not a login: they are left out. `git@host:path` stays. */
function withoutUser(written: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(written)) return undefined;
  if (!/^https?:/i.test(written)) return written;
  if (!URL.canParse(written)) return undefined;
  const url = new URL(written);
  url.username = "";
  url.password = "";
  return url.href;
}

function noAddress(written: string): Fact<Reply> {
  return unknown(`${redactUrls(written)} is no web address`, "correct the address where the pin's source is written");
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : (/^(?:[^@/]+@)?([^:/]+):/.exec(url)?.[1] ?? url);
}

async function askHttp(
  http: Http,
  ports: AskPorts,
  url: string,
  question: Question,
  stored: StoredAnswer | undefined,
): Promise<Outcome> {
  const request = {
    timeoutMs: 20_000,
    method: question.method ?? "GET",
    ...(question.maxBytes === undefined ? {} : { maxBytes: question.maxBytes }),
  };
  const headers = { ...(question.accept === undefined ? {} : { accept: question.accept }), ...validators(stored) };
  try {
    const own = mayCarryCredentials(url) ? ports.credentials(hostOf(url)) : undefined;
    let reply = await http.fetch(url, { ...request, headers: { ...headers, ...own } });
    const more = reply.status === 401 ? await question.onUnauthorized?.(reply) : undefined;
    if (more !== undefined) reply = await http.fetch(url, { ...request, headers: { ...headers, ...own, ...more } });
    return outcomeOf(url, reply, ports);
  } catch (thrown) {
    return outcomeOfThrown(thrown);
  }
}

function outcomeOf(url: string, reply: HttpReply, ports: AskPorts): Outcome {
  if (reply.status === 200) return { kind: "reply", reply: { headers: reply.headers, body: reply.body } };
  if (reply.status === 304) return { kind: "unchanged" };
  if (reply.status === 404 || reply.status === 410) return absent(redactUrls(url), ports.clock.now());
  return explainRefusal(url, reply, ports.clock.now());
}

function outcomeOfThrown(thrown: unknown): Outcome {
  if (!(thrown instanceof SystemError)) throw thrown;
  return unknown(
    messageOf(thrown),
    thrown.remedy === "retry" ? "ask again later" : "mend what the message names, then ask again",
  );
}

/** In clear only to this very machine. */
export function mayCarryCredentials(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || isLoopback(hostname);
}

/** This machine, as registries' clients reckon it: there they speak http without being told. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

async function askGit(ports: AskPorts, url: string): Promise<Outcome> {
  const login =
    URL.canParse(url) && mayCarryCredentials(url) ? ports.credentials(hostOf(url))?.["authorization"] : undefined;
  const env =
    login === undefined
      ? {}
      : {
          GIT_CONFIG_COUNT: "1",
          GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraHeader`,
          GIT_CONFIG_VALUE_0: `authorization: ${login}`,
        };
  try {
    const body = await ports.git.run(["ls-remote", "--tags", "--", url], { env });
    return { kind: "reply", reply: { headers: {}, body } };
  } catch (thrown) {
    if (!(thrown instanceof SystemError)) throw thrown;
    return explainGit(url, messageOf(thrown));
  }
}
