import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Mute, muteConfiguration, silenceFor } from "./alertmanager.ts";
import { hour } from "./zone.ts";

const mute: Mute = {
  name: "gitlab-18-5",
  environment: "production",
  component: 'git"lab',
  from: Date.UTC(2026, 10, 22, 22),
  until: Date.UTC(2026, 10, 22, 22) + 4 * hour,
  why: "GitLab to 18.5",
};

test("a silence covers one component of one environment, ends, and lets critical alerts through", () => {
  assert.deepEqual(silenceFor({ ...mute, component: "gitlab" }), {
    matchers: [
      { name: "environment", value: "production", isRegex: false, isEqual: true },
      { name: "component", value: "gitlab", isRegex: false, isEqual: true },
      { name: "severity", value: "critical", isRegex: false, isEqual: false },
    ],
    startsAt: "2026-11-22T22:00:00.000Z",
    endsAt: "2026-11-23T02:00:00.000Z",
    createdBy: "millwright",
    comment: "gitlab-18-5: GitLab to 18.5",
  });
});

test("work past midnight is two intervals, each of its date", () => {
  const { time_intervals } = muteConfiguration([mute], "team");

  assert.deepEqual(time_intervals, [
    {
      name: "gitlab-18-5",
      time_intervals: [
        {
          times: [{ start_time: "22:00", end_time: "24:00" }],
          days_of_month: ["22"],
          months: ["11"],
          years: ["2026"],
          location: "UTC",
        },
        {
          times: [{ start_time: "00:00", end_time: "02:00" }],
          days_of_month: ["23"],
          months: ["11"],
          years: ["2026"],
          location: "UTC",
        },
      ],
    },
  ]);
});

test("Alertmanager's own tool takes the configuration", (context) => {
  if (spawnSync("amtool", ["--version"]).status !== 0) {
    context.skip("not run: amtool");
    return;
  }
  const { time_intervals, routes } = muteConfiguration([mute, { ...mute, name: "all", component: undefined }], "team");
  const folder = mkdtempSync(join(tmpdir(), "alertmanager-"));
  const file = join(folder, "alertmanager.yml");
  // JSON is YAML.
  writeFileSync(
    file,
    JSON.stringify({ route: { receiver: "team", routes }, receivers: [{ name: "team" }], time_intervals }),
  );

  const checked = spawnSync("amtool", ["check-config", file], { encoding: "utf8" });
  const labels = ["environment=production", "component=registry", "severity=warning"];
  const routed = spawnSync("amtool", ["config", "routes", "test", `--config.file=${file}`, "--tree", ...labels], {
    encoding: "utf8",
  });
  rmSync(folder, { recursive: true });

  assert.equal(checked.status, 0, checked.stdout + checked.stderr);
  assert.match(checked.stdout, /SUCCESS/);
  assert.equal(routed.status, 0, routed.stdout + routed.stderr);
});
