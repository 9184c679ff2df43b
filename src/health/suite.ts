import * as z from "zod";
import { type AnyAction, defineAction, type Outcome } from "../engine/action.ts";
import type { Observation } from "../observations/observe.ts";

/** Asks one probe of a component now; undefined when no endpoint of the environment has it. */
export type AskNow = (
  environment: string,
  asked: Asked,
  signal: AbortSignal,
) => Promise<readonly Observation[] | undefined>;

const Asked = z.object({ component: z.string(), probe: z.string() });
type Asked = z.infer<typeof Asked>;

/** What a suite of tests may do: ask a component, at the moment at which the step is taken. */
export function suiteActions(askNow: AskNow): readonly AnyAction[] {
  return [
    defineAction<Asked>(Asked, {
      id: "suite/ask",
      async run({ environment, signal }, asked) {
        const observations = await askNow(environment, asked, signal);
        return observations === undefined ? notSetUp(environment, asked) : outcomeOf(observations);
      },
    }),
  ];
}

function notSetUp(environment: string, { component, probe }: Asked): Outcome {
  return {
    kind: "errored",
    message: `Unknown: no endpoint of ${environment} is ${component} with the probe ${probe}. Name it under endpoints of the server's configuration (docs/health.md), or skip the step with what you saw yourself.`,
  };
}

/** Unhealthy and absent are a no. What could not be learned is neither yes nor no, even if all else is well. */
function outcomeOf(observations: readonly Observation[]): Outcome {
  const evidence = { readings: observations.map(plain) };
  const bad = observations.filter((one) => one.kind === "absent" || (one.kind === "known" && one.health !== "healthy"));
  if (bad.length > 0) return { kind: "failed", message: bad.map(words).join("; "), evidence };
  const open = observations.filter(({ kind }) => kind === "unknown");
  if (open.length > 0 || observations.length === 0)
    return { kind: "errored", message: `Unknown: ${open.map(words).join("; ") || "nothing was said"}`, evidence };
  return { kind: "done", message: observations.map(words).join("; "), evidence };
}

function words(one: Observation): string {
  switch (one.kind) {
    case "known":
      return `${one.subject}: ${one.evidence}`;
    case "absent":
      return `${one.subject} is not there: ${one.evidence}`;
    case "unknown":
      return `${one.subject}: ${one.why}. ${one.howToLearn}`;
  }
}

function plain(one: Observation): Readonly<Record<string, unknown>> {
  const said = one.kind === "known" ? { health: one.health, value: one.value } : {};
  return { subject: one.subject, kind: one.kind, ...said, says: words(one), at: one.at };
}
