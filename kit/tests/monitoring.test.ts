import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import * as z from "zod";
import { kitFiles, kitFolder, read, skipWithout, tool } from "./kit.ts";

test("the fourteen key metrics each have a source or are absent by design, and what is named exists", () => {
  const rows = [...read("docs/metrics.md").matchAll(/^\| ([A-Z]{2}-\d) \|(.*)\|(.*)\|(.*)\|$/gm)];
  const rules = kitFiles()
    .filter((path) => /^monitoring\/(prometheus\/rules|loki)\//.test(path))
    .map(read)
    .join("\n");

  assert.deepEqual(
    rows.map((row) => row[1]),
    ["GL-1", "GL-2", "GL-3", "GL-4", "GL-5", "SH-1", "SH-2", "SH-3", "SH-4", "MF-1", "MF-2", "MF-3", "MF-4", "MF-5"],
  );
  assert.deepEqual(
    rows.filter((row) => row[3]?.includes("absent by design")).map((row) => row[1]),
    ["SH-2", "SH-4"],
  );
  for (const row of rows) {
    for (const [, name] of (row[4] ?? "").matchAll(/`([\w:]+)`/g))
      assert.ok(rules.includes(`record: ${name}`) || rules.includes(`alert: ${name}`), name);
  }
});

test("dashboards show every key metric and ask only for recorded series that exist", () => {
  const dashboards = kitFiles()
    .filter((path) => path.startsWith("monitoring/grafana/"))
    .map(read)
    .join("\n");
  const rules = kitFiles()
    .filter((path) => path.startsWith("monitoring/prometheus/rules/"))
    .map(read)
    .join("\n");

  for (const id of [
    "GL-1",
    "GL-2",
    "GL-3",
    "GL-4",
    "GL-5",
    "SH-1",
    "SH-2",
    "SH-3",
    "SH-4",
    "MF-1",
    "MF-2",
    "MF-3",
    "MF-4",
    "MF-5",
  ])
    assert.ok(dashboards.includes(`"${id} `), id);
  for (const [, series] of dashboards.matchAll(/\b((?:gitlab|sharinghub|mlflow):[a-z_]+:\w+)/g))
    assert.ok(rules.includes(`record: ${series}`), series);
});

test("every alert says how bad it is, of what, and what to do", () => {
  for (const file of kitFiles().filter((path) => /prometheus\/rules|loki\/rules/.test(path))) {
    const rules = z.object({
      groups: z.array(
        z.object({
          rules: z.array(
            z.object({
              alert: z.string().optional(),
              labels: z.record(z.string(), z.string()).optional(),
              annotations: z.record(z.string(), z.string()).optional(),
            }),
          ),
        }),
      ),
    });
    for (const rule of rules
      .parse(parse(read(file)))
      .groups.flatMap((group) => group.rules)
      .filter(({ alert }) => alert !== undefined)) {
      assert.match(rule.labels?.["severity"] ?? "", /^(critical|warning)$/, rule.alert);
      assert.ok(
        rule.labels?.["component"] && rule.annotations?.["summary"] && rule.annotations?.["action"],
        rule.alert,
      );
    }
  }
});

test("promtool accepts the rules and their examples come out", (context) => {
  if (skipWithout("promtool", context)) return;
  const folder = join(kitFolder, "monitoring/prometheus");
  const all = (part: string) => readdirSync(join(folder, part)).map((name) => join(folder, part, name));

  for (const args of [
    ["check", "rules", ...all("rules")],
    ["test", "rules", ...all("tests")],
  ]) {
    const ran = spawnSync(tool("promtool"), args, { encoding: "utf8" });
    assert.equal(ran.status, 0, ran.stdout + ran.stderr);
  }
});

test("promtool accepts the configuration, apart from Kubernetes discovery, which Debian's cannot read", (context) => {
  if (skipWithout("promtool", context)) return;
  const folder = mkdtempSync(join(tmpdir(), "prometheus-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const config = z
    .looseObject({ scrape_configs: z.array(z.looseObject({})) })
    .parse(parse(read("monitoring/prometheus/prometheus.yaml")));
  const plain = config.scrape_configs.filter((job) => !("kubernetes_sd_configs" in job));
  cpSync(join(kitFolder, "monitoring/prometheus/rules"), join(folder, "rules"), { recursive: true });
  writeFileSync(join(folder, "prometheus.yaml"), JSON.stringify({ ...config, scrape_configs: plain }));

  const ran = spawnSync(tool("promtool"), ["check", "config", join(folder, "prometheus.yaml")], { encoding: "utf8" });

  assert.equal(ran.status, 0, ran.stdout + ran.stderr);
  assert.equal(config.scrape_configs.length - plain.length, 2);
});

test("amtool accepts the routes, and a critical alert reaches on-call", (context) => {
  if (skipWithout("amtool", context)) return;
  const config = join(kitFolder, "monitoring/alertmanager/alertmanager.yaml");
  const route = (...labels: readonly string[]) =>
    execFileSync(tool("amtool"), ["config", "routes", "test", `--config.file=${config}`, ...labels], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();

  assert.equal(spawnSync(tool("amtool"), ["check-config", config]).status, 0);
  assert.equal(route("severity=critical", "component=backups"), "on-call");
  assert.equal(route("severity=warning", "component=gitlab"), "infra-team");
  assert.equal(route("alertname=Watchdog"), "dead-man");
});
