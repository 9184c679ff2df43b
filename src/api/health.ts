import { messageOf } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";

/** One thing that must be right before we may be asked. */
export interface Check {
  readonly name: string;
  /** What is wrong; undefined when nothing is. */
  problem(now: Instant): Promise<string | undefined>;
}

export interface Health {
  readonly checks: readonly Check[];
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly problem?: string }[];
}

/** Asks everything, at once; each is listed, whatever came out. What does not answer within the time is not right. */
export async function readinessOf(health: Health, now: Instant, timeoutMillis: number): Promise<Readiness> {
  const checks = await Promise.all(
    health.checks.map(async (check) => {
      const problem = await within(check, now, timeoutMillis);
      return { name: check.name, ok: problem === undefined, ...(problem === undefined ? {} : { problem }) };
    }),
  );
  return { ready: checks.every(({ ok }) => ok), checks };
}

async function within(check: Check, now: Instant, timeoutMillis: number): Promise<string | undefined> {
  const late = new AbortController();
  const timer = new Promise<string>((resolve) => {
    const handle = setTimeout(() => resolve(`no answer within ${timeoutMillis / 1000} s`), timeoutMillis);
    late.signal.addEventListener("abort", () => clearTimeout(handle));
  });
  try {
    return await Promise.race([check.problem(now), timer]);
  } catch (thrown) {
    return messageOf(thrown);
  } finally {
    late.abort();
  }
}
