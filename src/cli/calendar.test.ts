import assert from "node:assert/strict";
import { test } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { folderWith, millwright } from "./shell.test-support.ts";

const platform = `platform: shop
environments:
  - name: production
windows:
  - { environment: production, days: [Sunday], from: "02:00", to: "06:00", zone: Europe/Paris, cadence: quarter }
freezes:
  - { from: 2026-12-20, until: 2027-01-04, reason: the holidays }
duties:
  - { id: container-images, off: they are rebuilt by the pipeline each night }
`;

test("simulate says which of the guides' rules collide, with the sums, without a millwright.yaml", async (context) => {
  const said = await millwright(folderWith(context, {}), ["simulate", "--gitlab-hops", "5"]);

  assert.equal(said.code, 0, said.err);
  assert.match(
    said.out,
    /production: findings \(critical, high, medium, low\) may wait longer than their clocks allow/,
  );
  assert.match(said.out, /Version updates, each month on the first Friday at 09:00 \(UTC\), 120 min: 0 of 12 fit/);
  assert.match(said.out, /GitLab in production never catches up: 1 hop an opening, 4 openings a year/);
  assert.match(said.out, /5 hops behind today, 5 in a year/);
});

test("simulate reads windows, freezes and duties of millwright.yaml; --strict ends with 2 when something collides", async (context) => {
  const dir = folderWith(context, { "millwright.yaml": platform });

  const said = await millwright(dir, [
    "simulate",
    "--from",
    "2027-01-01",
    "--to",
    "2028-01-01",
    "--strict",
    "-o",
    "json",
  ]);

  assert.equal(said.code, 2, said.err);
  const found = JSON.parse(said.out) as {
    work: { title: string; environment: string }[];
    collisions: { arithmetic: string[] }[];
  };
  assert.ok(found.work.every(({ environment }) => environment === "production"));
  assert.ok(found.work.every(({ title }) => title !== "Update of container images"));
  assert.match(found.collisions[0]?.arithmetic[0] ?? "", /Sunday 02:00–06:00 \(Europe\/Paris\), once a quarter/);
});

test("simulate gives the same text as Markdown and as YAML that can be read", async (context) => {
  const dir = folderWith(context, { "millwright.yaml": platform });

  const markdown = await millwright(dir, ["simulate", "-o", "markdown"]);
  const yaml = await millwright(dir, ["simulate", "-o", "yaml"]);

  assert.match(markdown.out, /^# The calendar from 2026-11-20 to 2027-11-20\n/);
  assert.ok((parse(yaml.out) as { collisions: unknown[] }).collisions.length > 0);
});

test("windows lists openings by the clock of their zone and leaves out what is frozen", async (context) => {
  const said = await millwright(folderWith(context, { "millwright.yaml": platform }), ["windows", "--days", "60"]);

  assert.equal(said.code, 0, said.err);
  assert.match(said.out, /2026-11-22 02:00 Europe\/Paris/);
  assert.doesNotMatch(said.out, /2026-12-20|2026-12-27|2027-01-03/);
  assert.match(said.out, /2027-01-10 02:00 Europe\/Paris/);
});

test("windows writes an AppProject whose sync windows are dates, and a calendar feed", async (context) => {
  const dir = folderWith(context, { "millwright.yaml": platform });

  const argocd = await millwright(dir, [
    "windows",
    "-o",
    "argocd",
    "--project",
    "shop",
    "--applications",
    "gitlab,mlflow-*",
  ]);
  const feed = await millwright(dir, ["windows", "-o", "ics"]);

  const [project] = parseAllDocuments(argocd.out).map(
    (document) =>
      document.toJS() as {
        metadata: { name: string };
        spec: { syncWindows: { schedule: string; duration: string; applications: string[] }[] };
      },
  );
  assert.equal(project?.metadata.name, "shop");
  assert.deepEqual(project.spec.syncWindows[0], {
    kind: "allow",
    schedule: "0 1 22 11 *",
    duration: "240m",
    timeZone: "UTC",
    applications: ["gitlab", "mlflow-*"],
    manualSync: false,
  });
  assert.match(feed.out, /^BEGIN:VCALENDAR\r\n/);
});

test("a day that is none, days in the wrong order, an unknown environment and a missing folder are told in words", async (context) => {
  const dir = folderWith(context, { "millwright.yaml": platform });
  const mistakes: readonly (readonly [readonly string[], RegExp])[] = [
    [["simulate", "--from", "soon"], /--from "soon" is not a day such as 2027-01-01/],
    [["simulate", "--from", "2027-01-01", "--to", "2026-01-01"], /--to is not later than --from/],
    [["simulate", "--gitlab-hops", "many"], /whole number/],
    [["simulate", "nowhere"], /no folder .*nowhere/i],
    [["windows", "--environment", "prod"], /There is no environment "prod"\. There is production/],
    [["windows", "nowhere"], /no folder .*nowhere/i],
  ];
  for (const [args, words] of mistakes) {
    const said = await millwright(dir, args);
    assert.equal(said.code, 1, args.join(" "));
    assert.match(said.err, words);
    assert.doesNotMatch(said.err, /\n\s+at |bug of ours/);
  }
});
