import { durationMs } from "../argocd/windows.ts";
import type { Events } from "../kubernetes/events.ts";
import type { LabCluster } from "../kubernetes/index.ts";
import type { Stored } from "../kubernetes/types.ts";
import type { IssuedSecret } from "./handle.ts";
import { type Issuer, readPair, rfc } from "./issuer.ts";

/** cert-manager.io/docs/usage/certificate: valid for 90 days, renewed when a third of that is left. */
const usualDuration = "2160h";

/** After a failed renewal the next waits an hour, doubled each time up to 32 (same page, "Issuance behavior"). */
const waitHours = (failures: number): number => Math.min(32, 2 ** (failures - 1));

/** The lab's own mark at a Certificate whose renewals fail. */
const broken = "lab.millwright/renewal-fails";

interface Spec {
  readonly secretName: string;
  readonly commonName?: string;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly duration?: string;
  readonly renewBefore?: string;
  readonly issuerRef?: { readonly kind?: string; readonly name?: string };
}

interface Status {
  readonly revision?: number;
  readonly notAfter?: string;
  readonly failedIssuanceAttempts?: number;
  readonly lastFailureTime?: string | undefined;
  readonly conditions?: readonly Condition[];
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime?: string;
}

interface Parts {
  readonly cluster: LabCluster;
  readonly issuer: Issuer;
  readonly events: Events;
  readonly now: () => string;
  readonly onIssued: (secret: IssuedSecret) => void;
}

/** Looks at every Certificate: issues what is missing, wrong or due, and says in the status what is there. */
export class Certificates {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  step(): void {
    for (const certificate of this.#parts.cluster.store.all("Certificate")) {
      try {
        this.#look(certificate);
      } catch (thrown) {
        // What cannot be issued (no names, a bad duration) is said where people look for it.
        this.#fail(certificate, undefined, thrown instanceof Error ? thrown.message : String(thrown));
      }
    }
  }

  /** Tells of every pair that is there. */
  announce(): void {
    for (const certificate of this.#parts.cluster.store.all("Certificate")) {
      const { cert, key } = this.#pairOf(certificate);
      const read = readPair(cert, key);
      if (read !== undefined && cert !== undefined && key !== undefined)
        this.#tell(certificate, cert, key, read.notAfter);
    }
  }

  expire(namespace: string, name: string): void {
    const certificate = this.#mark(namespace, name, "true");
    const to = new Date(Date.parse(this.#parts.now()) - 3_600_000);
    this.#issue(certificate, new Date(to.getTime() - this.#duration(certificate)), to, false);
    this.step();
  }

  mend(namespace: string, name: string): void {
    this.#mark(namespace, name, null);
    this.step();
  }

  #pairOf(certificate: Stored): { readonly cert: string | undefined; readonly key: string | undefined } {
    const { store } = this.#parts.cluster;
    const type = store.typeOfObject({ apiVersion: "v1", kind: "Secret" });
    const secret = store.get(type, certificate.metadata.namespace, specOf(certificate).secretName);
    const data = (secret?.["data"] ?? {}) as Readonly<Record<string, string>>;
    const plain = (key: string): string | undefined => {
      const text = data[key];
      return text === undefined ? undefined : Buffer.from(text, "base64").toString("utf8");
    };
    return { cert: plain("tls.crt"), key: plain("tls.key") };
  }

  #mark(namespace: string, name: string, value: string | null): Stored {
    const { cluster } = this.#parts;
    const of = { apiVersion: "cert-manager.io/v1", kind: "Certificate", namespace, name };
    const served = cluster.store.typeOfObject(of);
    if (cluster.store.get(served, namespace, name) === undefined)
      throw new Error(`there is no Certificate ${namespace}/${name}`);
    cluster.act({ manager: "lab", method: "PATCH", of, body: { metadata: { annotations: { [broken]: value } } } });
    const live = cluster.store.get(served, namespace, name);
    if (live === undefined) throw new Error(`the Certificate ${namespace}/${name} went away`);
    return live;
  }

  #look(certificate: Stored): void {
    const { cert, key } = this.#pairOf(certificate);
    const read = readPair(cert, key);
    const why = this.#whyIssue(certificate, read);
    if (why === undefined && read !== undefined) return this.#report(certificate, read.notAfter, {});
    if (certificate.metadata.annotations?.[broken] !== undefined)
      return this.#fail(certificate, read?.notAfter, why ?? "");
    const now = new Date(this.#parts.now());
    this.#issue(
      certificate,
      new Date(now.getTime() - 60_000),
      new Date(now.getTime() + this.#duration(certificate)),
      true,
    );
  }

  #whyIssue(certificate: Stored, read: ReturnType<typeof readPair>): string | undefined {
    const { secretName } = specOf(certificate);
    if (read === undefined) return `Issuing certificate as Secret does not exist or holds no valid pair: ${secretName}`;
    if (namesOf(certificate).join() !== read.names.join())
      return "Issuing certificate as the names in the Secret are not those of the spec";
    const isDue = Date.parse(this.#parts.now()) >= this.#renewal(certificate, read.notAfter);
    return isDue ? "Renewing certificate as renewal was scheduled" : undefined;
  }

  #duration(certificate: Stored): number {
    return durationMs(specOf(certificate).duration ?? usualDuration);
  }

  #renewal(certificate: Stored, notAfter: string): number {
    const { renewBefore } = specOf(certificate);
    const before = renewBefore === undefined ? this.#duration(certificate) / 3 : durationMs(renewBefore);
    return Date.parse(notAfter) - before;
  }

  #issue(certificate: Stored, from: Date, to: Date, isOrdinary: boolean): void {
    const { issuer, events } = this.#parts;
    const {
      dnsNames = [],
      ipAddresses = [],
      commonName = dnsNames[0] ?? certificate.metadata.name,
    } = specOf(certificate);
    const { cert, key } = issuer.issue({ commonName, dnsNames, ipAddresses, from, to });
    this.#keep(certificate, cert, key);
    this.#tell(certificate, cert, key, rfc(to));
    if (!isOrdinary) return;
    const { revision = 0 } = statusOf(certificate);
    events.tell(certificate, "Normal", "Issuing", "The certificate has been successfully issued");
    this.#report(certificate, rfc(to), { revision: revision + 1 });
  }

  #keep(certificate: Stored, cert: string, key: string): void {
    const { store } = this.#parts.cluster;
    const { secretName } = specOf(certificate);
    const { namespace = "default", name } = certificate.metadata;
    const base64 = (text: string): string => Buffer.from(text).toString("base64");
    const data = { "tls.crt": base64(cert), "tls.key": base64(key), "ca.crt": base64(this.#parts.issuer.ca) };
    const annotations = { "cert-manager.io/certificate-name": name };
    const secret: Stored = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: secretName, namespace, annotations },
      type: "kubernetes.io/tls",
      data,
    };
    const type = store.typeOfObject(secret);
    const live = store.get(type, namespace, secretName);
    if (live === undefined) store.create(type, secret);
    else store.update(type, live, { ...live, data });
  }

  #tell(certificate: Stored, cert: string, key: string, notAfter: string): void {
    const { namespace = "default" } = certificate.metadata;
    this.#parts.onIssued({
      namespace,
      name: specOf(certificate).secretName,
      cert,
      key,
      ca: this.#parts.issuer.ca,
      notAfter,
    });
  }

  /** Not before its wait is over is a failed renewal tried, and counted, again. */
  #fail(certificate: Stored, notAfter: string | undefined, why: string): void {
    const { failedIssuanceAttempts: before = 0, lastFailureTime } = statusOf(certificate);
    const now = this.#parts.now();
    const next = before === 0 ? 0 : Date.parse(lastFailureTime ?? now) + waitHours(before) * 3_600_000;
    const isTry = Date.parse(now) >= next;
    const failures = isTry
      ? { failedIssuanceAttempts: before + 1, lastFailureTime: now }
      : { failedIssuanceAttempts: before, lastFailureTime };
    const message = `The certificate request has failed to complete and will be retried: the issuer refused the request (${why})`;
    if (isTry) this.#parts.events.tell(certificate, "Warning", "Failed", message);
    const issuing: Condition = { type: "Issuing", status: "False", reason: "Failed", message };
    this.#report(certificate, notAfter, failures, [issuing]);
  }

  #report(
    certificate: Stored,
    notAfter: string | undefined,
    more: Partial<Status>,
    extra: readonly Condition[] = [],
  ): void {
    const { store } = this.#parts.cluster;
    const type = store.typeOfObject(certificate);
    const live = store.get(type, certificate.metadata.namespace, certificate.metadata.name);
    if (live === undefined) return;
    const before = statusOf(live);
    const now = this.#parts.now();
    const conditions = [readyOf(notAfter, now), ...extra].map((one) => {
      const known = before.conditions?.find(({ type: kind, status }) => kind === one.type && status === one.status);
      return {
        ...one,
        observedGeneration: live.metadata.generation,
        lastTransitionTime: known?.lastTransitionTime ?? now,
      };
    });
    const renewalTime = notAfter === undefined ? undefined : rfc(new Date(this.#renewal(certificate, notAfter)));
    const { revision } = before;
    const status = {
      ...(revision === undefined ? {} : { revision }),
      ...(notAfter === undefined ? {} : { notAfter, renewalTime }),
      ...more,
      conditions,
    };
    store.update(type, live, { ...live, status });
  }
}

function readyOf(notAfter: string | undefined, now: string): Condition {
  if (notAfter === undefined)
    return {
      type: "Ready",
      status: "False",
      reason: "DoesNotExist",
      message: "Issuing certificate as Secret does not exist",
    };
  if (Date.parse(notAfter) > Date.parse(now))
    return { type: "Ready", status: "True", reason: "Ready", message: "Certificate is up to date and has not expired" };
  return { type: "Ready", status: "False", reason: "Expired", message: `Certificate expired on ${notAfter}` };
}

function specOf(certificate: Stored): Spec {
  return certificate["spec"] as Spec;
}

function statusOf(certificate: Stored): Status {
  return (certificate["status"] ?? {}) as Status;
}

function namesOf(certificate: Stored): readonly string[] {
  const { dnsNames = [], ipAddresses = [] } = specOf(certificate);
  return [...dnsNames, ...ipAddresses].toSorted();
}
