import { SystemError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Probe, ProbePorts, Reading } from "../systems/contract.ts";
import type { Target } from "./target.ts";

/** A reading with where and when it was made. */
export type Observation = Reading & {
  readonly environment: string;
  readonly component: string;
  readonly system: string;
  readonly probe: string;
  readonly tells: Probe["tells"];
  readonly at: Instant;
};

/** What one target's ports are made from, by whoever may open connections. */
export interface BoundPorts {
  readonly ports: ProbePorts;
  /** Hides what must not be kept in clear: every secret the ports have resolved. */
  readonly redact: (text: string) => string;
}

export interface ObserveOptions {
  /** Binds the ports of one target for one reading. Throws `SystemError` for a credential that is not there. */
  bind(target: Target, signal: AbortSignal): Promise<BoundPorts>;
  now(): Instant;
}

/** Longer texts are cut: a page of HTML is no evidence. */
const maxText = 500;
/** A cluster may have ten thousand subjects; what is above is said to be left out. */
const maxReadings = 500;

/**
 * Runs one probe. It never throws for what happens outside: whatever keeps a probe from its answer makes its subject unknown,
 * with what would tell. A mistake of our own is thrown.
 */
export async function observe(
  target: Target,
  options: ObserveOptions,
  signal: AbortSignal,
): Promise<readonly Observation[]> {
  const { probe, inputs } = target;
  if (inputs.kind === "wrong") return [stamped(target, unaskable(probe.id, inputs.why), options.now(), plain)];
  let redact = plain;
  let readings: readonly Reading[];
  try {
    const bound = await options.bind(target, signal);
    redact = bound.redact;
    readings = await probe.read(bound.ports, inputs.value);
  } catch (thrown) {
    if (!(thrown instanceof SystemError)) throw thrown;
    readings = [unanswered(probe.id, thrown)];
  }
  const at = options.now();
  const kept = readings.slice(0, maxReadings);
  if (kept.length < readings.length) kept.push(tooMany(probe.id, readings.length));
  return kept.map((reading) => stamped(target, reading, at, redact));
}

/** What a probe says that hung until its time was over. */
export function timedOut(target: Target, at: Instant): Observation {
  const reading: Reading = {
    subject: target.probe.id,
    kind: "unknown",
    why: `no answer within ${target.probe.timeoutSeconds} s`,
    howToLearn: "It is asked again at its next turn; look at the network between here and there.",
  };
  return stamped(target, reading, at, plain);
}

function unaskable(subject: string, why: string): Reading {
  return {
    subject,
    kind: "unknown",
    why: `it cannot be asked: ${why}`,
    howToLearn: "Correct the endpoint in millwright.server.yaml.",
  };
}

function unanswered(subject: string, failure: SystemError): Reading {
  const howToLearn =
    failure.remedy === "retry"
      ? "It is asked again at its next turn."
      : "Asking again does not help: put right what the message says.";
  return { subject, kind: "unknown", why: failure.message, howToLearn };
}

function tooMany(subject: string, found: number): Reading {
  return {
    subject: `${subject}/left-out`,
    kind: "unknown",
    why: `${found} subjects were seen and ${maxReadings} are kept`,
    howToLearn: "Narrow the probe by its settings (namespace), or split the component.",
  };
}

function plain(text: string): string {
  return text;
}

function stamped(target: Target, reading: Reading, at: Instant, redact: (text: string) => string): Observation {
  const { environment, component, system, probe } = target;
  const place = { environment, component, system, probe: probe.id, tells: probe.tells, at };
  const short = (text: string): string => shortened(redact(text));
  const subject = shortened(reading.subject, 200);
  switch (reading.kind) {
    case "known": {
      const value = typeof reading.value === "string" ? short(reading.value) : reading.value;
      return { ...reading, ...place, subject, value, evidence: short(reading.evidence) };
    }
    case "absent":
      return { ...reading, ...place, subject, evidence: short(reading.evidence) };
    case "unknown":
      return { ...reading, ...place, subject, why: short(reading.why), howToLearn: short(reading.howToLearn) };
  }
}

/** Also without control characters: what others answer is shown on terminals. */
export function shortened(text: string, most = maxText): string {
  const line = text.replace(/[\p{Cc}\p{Cf}]+/gu, " ");
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
