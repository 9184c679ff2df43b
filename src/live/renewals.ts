import type { SeenEnd } from "../calendar/renewals.ts";
import { type Instant, instantOf, parseInstant } from "../kernel/instant.ts";
import type { LiveFacts } from "./facts.ts";

const day = 86_400_000;
/** What nobody renews by itself is begun a month before its end, and late with two weeks left. */
const beginDays = 30;
const lateDays = 14;

/** The ends of an environment's certificates, each with the time of its renewal. */
export function endsOf({ environment, certificates, served }: LiveFacts): readonly SeenEnd[] {
  const managed = certificates.kind === "known" ? certificates.value : [];
  const shown = served.kind === "known" ? served.value : [];
  const isKept = keptBy(managed.flatMap((one) => one.names));
  return [
    ...managed.flatMap(({ namespace, name, notAfter, renewalTime }) =>
      endOf(
        `renew/${environment}/${namespace}/${name}`,
        `certificate ${namespace}/${name}`,
        environment,
        notAfter,
        renewalTime,
      ),
    ),
    // What cert-manager keeps has its own duty.
    ...shown
      .filter(({ host }) => !isKept(host))
      .flatMap(({ host, notAfter }) =>
        endOf(`renew/${environment}/${host}`, `the certificate that ${host} serves`, environment, notAfter, null),
      ),
  ];
}

/** What a probe of an endpoint was shown. */
export interface ProbedEnd {
  readonly environment: string;
  /** With its port where that is not 443. */
  readonly host: string;
  /** Told to the day: a probe counts whole days. */
  readonly notAfter: Instant;
}

/** The ends of what endpoints serve that nobody else sees: cert-manager and the hosts of Ingresses have duties of their own. */
export function endsOfProbed(
  probed: readonly ProbedEnd[],
  seen: ReadonlyMap<string, readonly string[]>,
): readonly SeenEnd[] {
  const first = new Map<string, ProbedEnd>();
  for (const one of probed) {
    const isKept = keptBy(seen.get(one.environment) ?? []);
    const key = `${one.environment}/${one.host}`;
    const other = first.get(key);
    if (isKept(one.host.replace(/:\d+$/, "")) || (other !== undefined && other.notAfter <= one.notAfter)) continue;
    first.set(key, one);
  }
  return [...first].flatMap(([key, { environment, host, notAfter }]) =>
    endOf(`renew/${key}`, `the certificate that ${host} serves`, environment, notAfter, null),
  );
}

/** Whether one of the names is the host's; `*` stands for one label (RFC 9525 section 6.3). */
function keptBy(names: readonly string[]): (host: string) => boolean {
  const all = new Set(names);
  return (host) => all.has(host) || all.has(`*.${host.slice(host.indexOf(".") + 1)}`);
}

function endOf(
  duty: string,
  what: string,
  environment: string,
  notAfter: string | null,
  renewalTime: string | null,
): readonly SeenEnd[] {
  const endsAt = notAfter === null ? undefined : parseInstant(notAfter);
  if (endsAt === undefined) return [];
  const own = renewalTime === null ? undefined : parseInstant(renewalTime);
  const dueAt = own ?? before(endsAt, beginDays);
  const late =
    own === undefined ? before(endsAt, lateDays) : instantOf(Math.min(Date.parse(own) + day, Date.parse(endsAt)));
  return [{ duty, title: `Renew ${what}, in ${environment}`, environment, dueAt, overdueAt: late, endsAt }];
}

function before(moment: Instant, days: number): Instant {
  return instantOf(Date.parse(moment) - days * day);
}
