import { sql } from "kysely";
import type { Store } from "../store/store.ts";
import type { IncidentTables } from "./store.ts";

/** What of a finding says which certificate it is about. */
interface FindingWords {
  readonly subject: string;
  readonly message: string;
  readonly places: readonly { readonly file: string }[];
}

/**
 * The certificates in a text: `certificate/namespace/name`, and the hosts that it names. The place of a probe's reading and the
 * subject of a rule name a certificate alike; a host's reading has only the host.
 */
export function certificatesIn(text: string): readonly string[] {
  const objects = text.match(/\bcertificate\/[a-z0-9.-]*[a-z0-9]\/[a-z0-9.-]*[a-z0-9]/g) ?? [];
  const hosts = text.match(/\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b/g) ?? [];
  return [...new Set([...objects, ...hosts])];
}

/** The certificates that a finding is about; empty: it is about none. */
export function certificatesOf({ subject, message, places }: FindingWords): readonly string[] {
  if (subject.startsWith("certificate/")) return certificatesIn(`${subject} ${message}`);
  // A certificate's own reading: `observations/ENVIRONMENT/COMPONENT/certificate(s)/…`.
  const readings = places.flatMap(({ file }) => {
    const [, probe, rest] = /^observations\/[^/]+\/[^/]+\/(certificates?)\/(.+)$/.exec(file) ?? [];
    return probe === undefined || rest === undefined ? [] : [probe === "certificates" ? rest : ""];
  });
  return readings.length === 0 ? [] : certificatesIn(`${readings.join(" ")} ${message}`);
}

/**
 * From here to the end of the transaction nobody else asks for an incident of that environment by its certificates: of two that
 * find the same cause at once, the second sees what the first has opened. One lock for all certificates, as two sets may share
 * just one.
 */
export async function holdCauses(store: Store, environment: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`millwright/causes/${environment}`}, 0))`.execute(
    store.tables(),
  );
}

/** The key of the incident of an environment that a rule opened about one of the same certificates, and that is not closed. */
export async function incidentAbout(
  store: Store,
  environment: string,
  certificates: readonly string[],
): Promise<{ readonly id: number; readonly key: string } | undefined> {
  if (certificates.length === 0) return undefined;
  const rows = await store
    .tables<IncidentTables>()
    .selectFrom("incidents")
    .innerJoin("incident_events", "incident_events.incident_id", "incidents.id")
    .select(["incidents.id", "source_key", "text"])
    .where("environment", "=", environment)
    .where("source", "=", "rule")
    .where("state", "<>", "closed")
    .where("incident_events.kind", "=", "opened")
    .orderBy("incidents.id")
    .execute();
  const same = rows.find(({ text }) => certificatesIn(text).some((one) => certificates.includes(one)));
  return same === undefined || same.source_key === null ? undefined : { id: same.id, key: same.source_key };
}
