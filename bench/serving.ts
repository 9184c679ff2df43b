import { spawn } from "node:child_process";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../src/edge/clock.ts";
import { type Finding, findingId } from "../src/findings/finding.ts";
import { recordInventory } from "../src/findings/store-inventory.ts";
import { recordLook } from "../src/findings/store-record.ts";
import type { Component, Pin } from "../src/platform/pin.ts";
import type { Store } from "../src/store/store.ts";

const environments = ["development", "staging", "production"] as const;
const severities = ["low", "medium", "high", "critical"] as const;

interface Size {
  readonly sources: number;
  readonly componentsPerSource: number;
  readonly findingsPerSource: number;
}

/** Components and findings of several repositories; gives the id of one finding. */
export async function fill(store: Store, size: Size): Promise<string> {
  const now = systemClock.now();
  const ids: string[] = [];
  for (let number = 0; number < size.sources; number += 1) {
    const source = `repository:r${number}`;
    await recordInventory(store, source, inventoryOf(number, size));
    const findings = Array.from({ length: size.findingsPerSource }, (_, index) => findingOf(number, index));
    const look = { suppressed: [], unknown: [], ran: new Set(["bench"]), unread: [], blind: false };
    await recordLook(store, { ...look, findings }, { id: source, revision: "abc" }, now);
    ids.push(findings[0]?.id ?? "");
  }
  return ids[0] ?? "";
}

function inventoryOf(
  number: number,
  { componentsPerSource }: Size,
): { readonly components: readonly Component[]; readonly pins: readonly Pin[] } {
  const indices = Array.from({ length: componentsPerSource }, (_, index) => index);
  const environment = (index: number): string => environments[index % 3] ?? "";
  const pins = indices.map(
    (index): Pin => ({
      id: `pin-${number}-${index}`,
      file: `apps/a${index}/values.yaml`,
      line: 3,
      column: 5,
      range: [20, 30],
      path: "image.tag",
      reader: "helm",
      kind: "image",
      name: `registry.example.org/team/app-${index}`,
      version: `1.${index}.0`,
      digest: null,
      source: null,
      state: "pinned",
      environment: environment(index),
    }),
  );
  const components = pins.map(
    ({ id, version }, index): Component => ({
      name: `app-${number}-${index}`,
      system: "mlflow",
      environment: environment(index),
      namespace: "ml",
      version,
      pins: [id],
    }),
  );
  return { components, pins };
}

function findingOf(number: number, index: number): Finding {
  const [subject, environment] = [`image/app-${number}-${index}`, environments[index % 3]];
  const rule = `bench-rule-${index % 40}`;
  return {
    id: findingId(rule, { environment, subject }),
    rule,
    title: "An image is not pinned to a digest",
    group: "pinning",
    severity: severities[index % 4] ?? "low",
    subject,
    environment,
    places: [{ file: `apps/a${index}/values.yaml`, line: 3, column: 5 }],
    message: "The image app may be another one tomorrow: its tag can be moved by whoever may push to its registry.",
    fix: "Write the digest beside the tag.",
  };
}

/** Starts the server; its log goes where a log goes, to a file. */
export async function startServer(folder: string, databaseUrl: string) {
  writeFileSync(
    join(folder, "millwright.server.yaml"),
    'database: { url: "env:BENCH_DATABASE" }\nreleasesEveryHours: 0\n',
  );
  const log = join(folder, "log");
  const out = join(folder, "out");
  const main = join(import.meta.dirname, "..", "src", "cli", "start.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, "serve", "--port", "0"], {
    cwd: folder,
    env: { ...process.env, BENCH_DATABASE: databaseUrl },
    stdio: ["ignore", openSync(out, "w"), openSync(log, "w")],
  });
  for (let round = 0; round < 300; round += 1) {
    const [, url] = /answers at (\S+),/.exec(readFileSync(out, "utf8")) ?? [];
    if (url !== undefined) return { child, url };
    await sleep(100);
  }
  throw new Error(`the server did not start: ${readFileSync(log, "utf8").slice(-2000)}`);
}
