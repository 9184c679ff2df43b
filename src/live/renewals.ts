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
  const names = new Set(managed.flatMap((one) => one.names));
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
      .filter(({ host }) => !names.has(host))
      .flatMap(({ host, notAfter }) =>
        endOf(`renew/${environment}/${host}`, `the certificate that ${host} serves`, environment, notAfter, null),
      ),
  ];
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
