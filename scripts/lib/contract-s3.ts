import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startObjectStore } from "../../lab/servers/object-store.ts";
import { openProbeHttp } from "../../src/edge/probe-http.ts";
import { instantOf } from "../../src/kernel/instant.ts";
import { observe } from "../../src/observations/observe.ts";
import { bindPorts, type Edges } from "../../src/observations/ports.ts";
import { targetsOf } from "../../src/observations/target.ts";
import { Endpoint } from "../../src/platform/endpoint.ts";
import { freePort } from "../../src/store/postmaster.ts";
import { systems } from "../../src/systems/index.ts";
import type { ContractOptions, Outcome } from "./contract-part.ts";

/** What the probe of buckets has to say of a gateway that speaks S3, by the key that asks. */
const wanted: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "secret-of-the-contract": {
    "bucket/there": "healthy",
    "object/there": "healthy",
    "listing/there": "healthy",
    "bucket/empty": "healthy",
    "object/empty": "unhealthy",
    "listing/empty": "absent",
    "bucket/nowhere": "absent",
  },
  // Denied is not empty, and not gone.
  "another-secret": { "bucket/there": "unknown", "bucket/empty": "unknown", "bucket/nowhere": "unknown" },
};

export async function holdS3({ cache }: ContractOptions): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-contract-s3-"));
  const accessKey = "contract";
  const store = await startObjectStore({
    tools: join(cache, "tools"),
    folder,
    port: await freePort(),
    accessKey,
    secretKey: "secret-of-the-contract",
    buckets: ["there", "empty"],
    register: () => undefined,
  });
  if (store === undefined) return { kind: "not-run", what: "s3", why: "no versitygw, and no Go to build it" };
  try {
    writeFileSync(join(folder, "buckets", "there", "known.txt"), "known");
    const complaints: string[] = [];
    let asked = 0;
    for (const [secretKey, subjects] of Object.entries(wanted)) {
      const said = await look(store.url, accessKey, secretKey);
      for (const [subject, verdict] of Object.entries(subjects)) {
        asked += 1;
        if (said[subject] !== verdict) complaints.push(`${subject} is ${said[subject]}, not ${verdict}`);
      }
    }
    return { kind: "held", words: `${asked} answers of versitygw are read as they have to be`, complaints };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function look(url: string, accessKey: string, secretKey: string): Promise<Readonly<Record<string, string>>> {
  const endpoint = Endpoint.parse({
    environment: "contract",
    component: "s3",
    system: "s3",
    settings: { url, buckets: ["there", "empty", "nowhere"].map((name) => ({ name, knownObject: "known.txt" })) },
    credentials: { "access-key": "env:ACCESS", "secret-key": "env:SECRET" },
  });
  const target = targetsOf([endpoint], systems).find(({ probe }) => probe.id === "buckets");
  if (target === undefined) throw new Error("S3 has no probe of buckets");
  const none = (): never => {
    throw new Error("buckets are asked by HTTP alone");
  };
  const clock = { now: () => instantOf(Date.now()) };
  const edges: Edges = {
    clock,
    http: () => openProbeHttp({ userAgent: "millwright/contract" }),
    sql: none,
    redis: none,
    tls: none,
    kube: () => undefined,
    resolve: async (ref) => (ref.kind === "env" && ref.name === "ACCESS" ? accessKey : secretKey),
  };
  const seen = await observe(
    target,
    { bind: () => bindPorts(edges, target), now: clock.now },
    AbortSignal.timeout(30_000),
  );
  return Object.fromEntries(seen.map((one) => [one.subject, one.kind === "known" ? one.health : one.kind]));
}
