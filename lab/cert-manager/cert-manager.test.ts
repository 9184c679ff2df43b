import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { startKubernetes } from "../kubernetes/index.ts";
import type { Stored } from "../kubernetes/types.ts";
import { type IssuedSecret, startCertManager } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-cert-manager-test-"));
let now = Date.parse("2026-11-20T09:00:00Z");
const lab = await startKubernetes({ stepMs: 0, now: () => new Date(now).toISOString().replace(".000Z", "Z") });
const issued: IssuedSecret[] = [];
const start = () => startCertManager({ cluster: lab, folder, everyMs: 0, onIssued: (secret) => issued.push(secret) });
const manager = start();
after(async () => {
  await manager.close();
  lab.close();
  rmSync(folder, { recursive: true });
});
const days = (count: number): void => {
  now += count * 86_400_000;
};

lab.seed([
  {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name: "ingress", namespace: "default" },
    spec: {
      secretName: "ingress-tls",
      dnsNames: ["gitlab.example.org"],
      ipAddresses: ["127.0.0.1"],
      issuerRef: { kind: "ClusterIssuer", name: "letsencrypt-prod" },
    },
  },
]);

interface Status {
  readonly revision: number;
  readonly notAfter: string;
  readonly renewalTime: string;
  readonly failedIssuanceAttempts?: number;
  readonly conditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
  }[];
}

const find = (kind: string, name: string): Stored => {
  const found = lab.store.all(kind).find(({ metadata }) => metadata.name === name);
  assert.ok(found !== undefined, `${kind} ${name}`);
  return found;
};
const status = (): Status => find("Certificate", "ingress")["status"] as Status;
const certificate = (): X509Certificate => {
  const data = find("Secret", "ingress-tls")["data"] as Readonly<Record<string, string>>;
  return new X509Certificate(Buffer.from(data["tls.crt"] ?? "", "base64"));
};

test("a Certificate becomes a real pair in its Secret, signed by the issuer for names and address", () => {
  manager.tick();

  const read = certificate();
  assert.ok(read.verify(new X509Certificate(manager.ca).publicKey));
  assert.equal(read.checkHost("gitlab.example.org"), "gitlab.example.org");
  assert.equal(read.checkIP("127.0.0.1"), "127.0.0.1");
  assert.deepEqual(
    [status().revision, status().notAfter, status().renewalTime],
    [1, "2027-02-18T09:00:00Z", "2027-01-19T09:00:00Z"],
  );
  assert.equal(status().conditions[0]?.status, "True");
  assert.equal(issued.at(-1)?.name, "ingress-tls");
});

test("a certificate is renewed when a third of its time is left, and not before", () => {
  days(59);
  manager.tick();
  assert.equal(status().revision, 1);
  days(2);
  manager.tick();
  assert.equal(status().revision, 2);
});

test("an expired certificate is in the Secret and in the status, and renewals fail until it is mended", () => {
  manager.expire("default", "ingress");

  assert.ok(Date.parse(certificate().validTo) < now);
  assert.ok(Date.parse(issued.at(-1)?.notAfter ?? "") < now);
  const [ready, issuing] = status().conditions;
  assert.deepEqual([ready?.status, ready?.reason, issuing?.reason], ["False", "Expired", "Failed"]);
  assert.equal(status().failedIssuanceAttempts, 1);
  const told = lab.store.all("Event").find((event) => event["type"] === "Warning");
  assert.match(String(told?.["message"]), /will be retried/);

  manager.tick();
  assert.equal(status().failedIssuanceAttempts, 1, "the next try waits an hour");
  now += 3_700_000;
  manager.tick();
  assert.equal(status().failedIssuanceAttempts, 2);

  manager.mend("default", "ingress");
  assert.equal(status().conditions[0]?.status, "True");
  assert.equal(status().failedIssuanceAttempts, undefined);
  assert.ok(Date.parse(certificate().validTo) > now);
});

test("a Secret that someone spoiled or deleted is issued anew", () => {
  const before = status().revision;
  lab.handEdit(
    { apiVersion: "v1", kind: "Secret", namespace: "default", name: "ingress-tls" },
    { data: { "tls.crt": "bm9uc2Vuc2U=" } },
  );
  manager.tick();
  assert.equal(status().revision, before + 1);
  assert.ok(certificate().checkHost("gitlab.example.org") !== undefined);
});

test("after a restart the same CA signs, and every pair is told again", async () => {
  issued.splice(0);
  const again = start();
  assert.equal(again.ca, manager.ca);
  assert.deepEqual(
    issued.map(({ name }) => name),
    ["ingress-tls"],
  );
  await again.close();
});

test("an Ingress that names an issuer gets its certificate; what is not there cannot expire", () => {
  lab.seed([
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: {
        name: "hub",
        namespace: "default",
        annotations: { "cert-manager.io/cluster-issuer": "letsencrypt-prod" },
      },
      spec: { tls: [{ secretName: "hub-tls", hosts: ["hub.example.org"] }] },
    },
  ]);
  manager.tick();
  assert.equal(find("Secret", "hub-tls")["type"], "kubernetes.io/tls");
  assert.throws(() => manager.expire("default", "nothing"), /there is no Certificate default\/nothing/);
});
