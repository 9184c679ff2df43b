import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as z from "zod";
import { SystemError } from "../kernel/errors.ts";
import type { Probe } from "./contract.ts";
import { systems } from "./index.ts";
import {
  type ProbeCase,
  type ProbeFixtures,
  probeFixtures,
  readCase,
  saidOf,
  sharedFixtures,
} from "./probes.test-support.ts";
import { logsProbe } from "./probes-logs.ts";
import { certificateProbe } from "./probes-tls.ts";

const shared: readonly Probe[] = [certificateProbe, logsProbe];
const fixturesOfAll = sharedFixtures();

interface Suite {
  readonly name: string;
  readonly probes: readonly Probe[];
  readonly fixtures: ProbeFixtures;
}

const suites: readonly Suite[] = [
  { name: "every system", probes: shared, fixtures: fixturesOfAll },
  ...systems.flatMap(({ id, probes = [] }) => {
    const own = probes.filter((probe) => !shared.includes(probe));
    const fixtures = probeFixtures(id);
    if (own.length === 0) return [];
    assert.ok(fixtures !== undefined, `${id} has probes and no recorded replies`);
    return [{ name: id, probes: own, fixtures }];
  }),
];

const wanted = ["healthy", "down", "refused", "absent", "bad"] as const;

for (const { name, probes, fixtures } of suites) {
  test(`${name}: recorded replies give what they mean`, async () => {
    for (const one of fixtures.cases) {
      const probe = probes.find(({ id }) => id === one.probe);
      assert.ok(probe !== undefined, `${one.probe} is no probe of ${name}`);
      assert.deepEqual(saidOf(await readCase(probe, one, fixtures)), one.expect, `${one.probe}: ${one.case}`);
    }
  });

  test(`${name}: each probe is shown a good answer, a bad one, a server that is down, a refusal and an absence, or says why not`, () => {
    for (const probe of probes) {
      for (const kind of wanted) {
        const there = fixtures.cases.some((one) => one.probe === probe.id && one.kind === kind);
        const excused = fixtures.without[probe.id]?.[kind] !== undefined;
        const kubeDown = kind === "down" && probe.needs.includes("kube");
        assert.ok(
          there !== excused || kubeDown,
          `${probe.id} needs exactly one of: a case of kind ${kind}, a reason against it`,
        );
      }
    }
  });

  test(`${name}: the kinds of cases mean what they say`, async () => {
    for (const one of fixtures.cases) {
      const said = Object.values(one.expect);
      if (one.kind === "healthy")
        assert.ok(
          said.every((word) => word === "healthy"),
          one.case,
        );
      if (one.kind === "down")
        assert.ok(
          said.every((word) => word === "unhealthy" || word === "unknown"),
          one.case,
        );
      if (one.kind === "refused") assert.ok(said.includes("unknown") && !said.includes("unhealthy"), one.case);
      if (one.kind === "absent") assert.ok(said.includes("absent"), one.case);
      if (one.kind === "bad") assert.ok(said.includes("unhealthy"), one.case);
    }
  });

  test(`${name}: an unknown says why, and what would tell`, async () => {
    for (const one of fixtures.cases) {
      const probe = probes.find(({ id }) => id === one.probe);
      for (const reading of probe === undefined ? [] : await readCase(probe, one, fixtures)) {
        if (reading.kind !== "unknown") continue;
        assert.ok(reading.why.length > 5 && reading.howToLearn.length > 10, `${one.probe}: ${one.case}`);
      }
    }
  });

  test(`${name}: silence is thrown as worth another try, never taken for an answer`, async () => {
    for (const probe of probes) {
      const base = fixtures.cases.find((one) => one.probe === probe.id && one.kind === "healthy");
      assert.ok(base !== undefined);
      const silent: ProbeCase = {
        ...base,
        http: { "*": "silent" },
        sql: "silent",
        redis: "silent",
        tls: "silent",
        kube: silence(base),
      };
      await assert.rejects(
        readCase(probe, silent, fixtures),
        (thrown) => thrown instanceof SystemError && thrown.remedy === "retry",
        probe.id,
      );
    }
  });

  test(`${name}: probes only read`, async () => {
    for (const one of fixtures.cases) {
      const probe = probes.find(({ id }) => id === one.probe);
      const asked: string[] = [];
      if (probe !== undefined) await readCase(probe, one, fixtures, asked);
      for (const request of asked) assert.match(request, /^(?:GET|HEAD) |^POST .*\/token$/);
    }
  });
}

function silence(one: ProbeCase): NonNullable<ProbeCase["kube"]> {
  return Object.fromEntries(Object.keys(one.kube ?? {}).map((plural) => [plural, "silent" as const]));
}

test("the page for operators names every probe with its question, its settings and its credentials", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/health.md"), "utf8");
  for (const { id: system, probes = [] } of systems) {
    for (const { id, title, inputs, credentials = {}, tells } of probes) {
      const names = inputs instanceof z.ZodObject ? Object.keys(inputs.shape).filter((name) => name !== "url") : [];
      const cells = [
        system,
        `\`${id}\``,
        title,
        ...[names, Object.keys(credentials)].map((list) => list.map((name) => `\`${name}\``).join(", ")),
        tells,
      ];
      assert.ok(page.includes(`| ${cells.join(" | ")} |`), `docs/health.md needs: | ${cells.join(" | ")} |`);
    }
  }
});

test("probes are told apart within their system, say what they ask and from where they know what answers mean", () => {
  for (const { id: system, probes = [] } of systems) {
    assert.equal(new Set(probes.map(({ id }) => id)).size, probes.length, system);
    for (const probe of probes) {
      assert.match(probe.id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      assert.ok(probe.title.endsWith("?") && probe.source.length > 10, `${system}/${probe.id}`);
      assert.ok(probe.timeoutSeconds < probe.everySeconds, `${system}/${probe.id}: a turn must end before the next`);
      if (probe.needs.includes("sql")) assert.ok(probe.credentials?.["database"] !== undefined);
      if (probe.needs.includes("redis")) assert.ok(probe.credentials?.["redis"] !== undefined);
    }
  }
});
