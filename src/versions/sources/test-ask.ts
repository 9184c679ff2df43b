import { SystemError } from "../../kernel/errors.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { Cache, Clock, Git, Http } from "../../kernel/ports.ts";
import { type Ask, type AskOptions, type AskPorts, createAsk } from "./ask.ts";

/** A cache that lives as long as the test. */
export function memoryCache(): Cache & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    read: async (key) => texts.get(key),
    write: async (key, text) => {
      texts.set(key, text);
    },
  };
}

/** A clock that stands until it is moved. */
export function stoppedClock(start: string): Clock & { advance(minutes: number): void } {
  let millis = Date.parse(start);
  return {
    now: (): Instant => instantOf(millis),
    advance: (minutes) => {
      millis += minutes * 60_000;
    },
  };
}

const noGit: Git = {
  run: async () => {
    throw new SystemError("no Git in this test", "stop");
  },
};

/** An `Ask` for tests: it waits no time, and what is not given is empty. */
export function askWith(http: Http, given: Partial<AskPorts> = {}, options: Partial<AskOptions> = {}): Ask {
  const ports: AskPorts = {
    http,
    git: noGit,
    cache: memoryCache(),
    clock: stoppedClock("2026-11-20T12:00:00Z"),
    credentials: () => undefined,
    wait: async () => undefined,
    random: () => 0,
    ...given,
  };
  return createAsk(ports, { offline: false, freshForMinutes: 0, ...options });
}
