import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Instant } from "../kernel/instant.ts";
import { freshness, type Pinned } from "./freshness.ts";
import { familyOf } from "./freshness-family.ts";
import { isPrerelease, type Release } from "./releases.ts";

const now = "2026-11-20T00:00:00.000Z" as Instant;

function pin(version: string | null, kind = "image", more: Partial<Pinned> = {}): Pinned {
  return { kind, version, digest: null, state: version === null ? "missing" : "pinned", ...more };
}

function list(...versions: string[]): Release[] {
  return versions.map((version) => ({ version, prerelease: isPrerelease(version) }));
}

function judge(own: Pinned, releases: readonly Release[]) {
  const { newest, next, behind, state } = freshness(own, releases, { now });
  return { newest, next, behind, state };
}

test("the newest, the next within the major, and how many releases lie between", () => {
  assert.deepEqual(judge(pin("1.2.0"), list("1.1.9", "1.2.0", "1.2.1", "1.10.0", "2.0.0", "1.9.9")), {
    newest: "2.0.0",
    next: "1.10.0",
    behind: 4,
    state: "behind",
  });
});

test("the newest release is current, with its age", () => {
  const releases = [{ version: "1.2.0", prerelease: false, at: "2026-11-10T12:00:00.000Z" as Instant }];

  const found = freshness(pin("1.2.0"), releases, { now });

  assert.deepEqual([found.state, found.behind, found.ageDays, found.next], ["current", 0, 9, null]);
});

test("how far an update may reach is the user's choice", () => {
  const releases = list("1.2.0", "1.2.5", "1.3.0", "2.0.0");

  assert.equal(freshness(pin("1.2.0"), releases, { now, reach: "patch" }).next, "1.2.5");
  assert.equal(freshness(pin("1.2.0"), releases, { now, reach: "major" }).next, "2.0.0");
});

test("a system's upgrade path decides the next version alone", () => {
  const releases = list("8.5.1", "8.8.0", "9.0.0");
  const known = { kind: "known", value: "8.8.0", source: "path" } as const;
  const lost = { kind: "unknown", why: "8.5.1 is no chart we know", howToLearn: "update the facts" } as const;

  assert.equal(freshness(pin("8.5.1", "chart"), releases, { now, nextAllowed: known }).next, "8.8.0");
  assert.deepEqual(
    [freshness(pin("8.5.1", "chart"), releases, { now, nextAllowed: lost })].map(({ next, why, behind }) => ({
      next,
      why,
      behind,
    })),
    [{ next: null, why: "8.5.1 is no chart we know", behind: 2 }],
  );
});

test("pre-releases, withdrawn and deprecated releases are nothing to go to", () => {
  const releases = [
    ...list("1.0.0", "1.1.0-rc.1", "1.1.0-SNAPSHOT", "1.1.0-nightly"),
    { version: "1.1.1", prerelease: false, yanked: true },
    { version: "1.1.2", prerelease: false, deprecated: true },
    { version: "1.1.3", prerelease: true },
  ];

  assert.equal(judge(pin("1.0.0"), releases).newest, "1.0.0");
});

test("from a pre-release one goes to the next of the same release, or to the release", () => {
  const releases = list("2.0.0-beta.1", "2.0.0-beta.2", "2.1.0-beta.1", "1.9.0");

  assert.equal(judge(pin("2.0.0-beta.1"), releases).newest, "2.0.0-beta.2");
  assert.equal(judge(pin("2.0.0-beta.1"), [...releases, ...list("2.0.0")]).newest, "2.0.0");
});

test("flavours are compared with their own kind, whatever numbers they carry", () => {
  const tags = list(
    "1.25.3",
    "1.25.3-alpine",
    "1.27.0-alpine",
    "1.27.1",
    "1.26.0-alpine3.20",
    "1.28.0-alpine-slim",
    "1.29.0-arm64",
  );

  assert.equal(judge(pin("1.25.3-alpine"), tags).newest, "1.27.0-alpine");
  assert.equal(judge(pin("1.25.3-alpine3.18"), tags).newest, "1.26.0-alpine3.20");
  assert.equal(judge(pin("1.25.3"), tags).newest, "1.27.1");
  assert.equal(
    judge(pin("16.11.2-ce.0"), list("16.11.2-ce.0", "17.0.0-ee.0", "16.11.3-ce.0", "17.5.1-ce.0")).newest,
    "17.5.1-ce.0",
  );
  assert.equal(
    judge(pin("15.3.0-debian-11-r7"), list("15.3.0-debian-11-r12", "15.3.0-debian-11-r7")).newest,
    "15.3.0-debian-11-r12",
  );
});

test("dates, builds and commits do not become the newest release of numbered versions", () => {
  const tags = list(
    "1.2.0",
    "1.2.1",
    "20240131",
    "2024.01.31",
    "2024-01-31",
    "123456789",
    "4f3a2b1c",
    "sha-4f3a2b1",
    "9e15725",
    "latest",
  );

  assert.equal(judge(pin("1.2.0"), tags).newest, "1.2.1");
});

test("dated and calendar versions are compared among themselves, across years", () => {
  const minio = list(
    "RELEASE.2023-12-31T00-00-00Z",
    "RELEASE.2024-01-31T20-20-33Z",
    "RELEASE.2024-02-01T00-00-00Z.fips",
    "9.9.9",
  );
  const calendar = list("2024.10.1", "2025.2.0", "3.0.0", "20250101");

  assert.deepEqual(judge(pin("RELEASE.2023-12-31T00-00-00Z"), minio), {
    newest: "RELEASE.2024-01-31T20-20-33Z",
    next: "RELEASE.2024-01-31T20-20-33Z",
    behind: 1,
    state: "behind",
  });
  assert.deepEqual(judge(pin("2024.10.1"), calendar), {
    newest: "2025.2.0",
    next: "2025.2.0",
    behind: 1,
    state: "behind",
  });
});

test("a v in front makes no difference, another prefix does", () => {
  assert.equal(
    judge(pin("v1.2.0", "git"), list("1.2.0", "v1.3.0", "chart-9.0.0", "kustomize/v5.0.0")).newest,
    "v1.3.0",
  );
  assert.equal(
    judge(pin("kustomize/v4.9.0", "git"), list("v9.0.0", "kustomize/v5.0.0", "kustomize/v4.9.0")).newest,
    "kustomize/v5.0.0",
  );
});

test("a whole version is not told to follow a moving tag; a line is compared with lines", () => {
  const tags = list("16", "16.3", "16.4", "17", "17.0", "1.25.3", "1.26");

  assert.equal(judge(pin("1.25.3"), tags).newest, "1.25.3");
  assert.deepEqual(judge(pin("16.3", "image", { state: "moving" }), tags), {
    newest: "17.0",
    next: "16.4",
    behind: 2,
    state: "behind",
  });
  assert.equal(judge(pin("16", "image", { state: "moving" }), tags).newest, "17");
  assert.match(freshness(pin("17", "image", { state: "moving" }), tags, { now }).why ?? "", /moves within its line/);
});

test("a commit stands for the most exact tag that leads to it", () => {
  const commit = "a".repeat(40);
  const releases = [
    { version: "v4", digest: commit, prerelease: false },
    { version: "v4.1.1", digest: commit, prerelease: false },
    { version: "v4.2.0", digest: "b".repeat(40), prerelease: false },
    { version: "v5", digest: "b".repeat(40), prerelease: false },
  ];

  const found = freshness(pin(commit, "action"), releases, { now });

  assert.deepEqual([found.current, found.newest, found.behind], ["v4.1.1", "v4.2.0", 1]);
  assert.equal(freshness(pin("c".repeat(40), "action"), releases, { now }).state, "unknown");
});

test("what fixes nothing is unknown, with a release to pin and what to do", () => {
  const releases = list("1.2.0", "1.10.0", "1.11", "2.0.0-rc1", "latest");

  for (const own of [
    pin(null),
    pin("latest", "image", { state: "moving" }),
    pin("whatever", "provider", { state: "range" }),
    pin("{{ x }}", "image", { state: "unknown" }),
  ]) {
    const found = freshness(own, releases, { now });
    assert.deepEqual([found.state, found.newest, found.behind, found.next], ["unknown", "1.10.0", null, null]);
    assert.notEqual(found.howToLearn, undefined);
  }
});

test("a range is held against the newest release it allows today", () => {
  const releases = list("1.2.0", "1.10.0", "2.1.0", "2.0.0-rc1");

  const found = freshness(pin("~> 1.0", "provider", { state: "range" }), releases, { now });

  assert.deepEqual(
    [found.current, found.newest, found.behind, found.next, found.state],
    ["1.10.0", "2.1.0", 1, null, "behind"],
  );
  assert.match(found.why ?? "", /comes to 1.10.0 today/);
});

test("a digest alone has no age, and the tag beside it would tell", () => {
  const found = freshness(pin(null, "image", { state: "pinned", digest: `sha256:${"a".repeat(64)}` }), list("1.0.0"), {
    now,
  });

  assert.deepEqual([found.state, found.why, found.newest], ["unknown", "only a digest is written", "1.0.0"]);
});

test("a version its upstream does not list is said to be so", () => {
  const gone = freshness(pin("1.2.0"), list("1.1.0", "1.3.0"), { now });
  const last = freshness(pin("1.2.0"), list("1.1.0"), { now });
  const strange = freshness(pin("1.2.0-custom"), list("1.1.0"), { now });

  assert.deepEqual([gone.state, gone.behind], ["behind", 1]);
  assert.match(gone.why ?? "", /does not list 1.2.0/);
  assert.deepEqual([last.state, last.newest], ["unknown", "1.1.0"]);
  assert.match(strange.why ?? "", /no release written like 1.2.0-custom/);
});

test("a withdrawn or deprecated pin is told so", () => {
  const yanked = [{ version: "1.0", prerelease: false, yanked: true }];
  const deprecated = [{ version: "1.0.0", prerelease: false, deprecated: true }];

  assert.match(freshness(pin("1.0", "package"), yanked, { now }).why ?? "", /withdrawn by its maker/);
  assert.match(freshness(pin("1.0.0", "chart"), deprecated, { now }).why ?? "", /deprecated by its maker/);
});

test("whatever the tags, the newest is a member of the family not older than the pin, and counts agree", () => {
  const part = fc.integer({ min: 0, max: 12 });
  const suffix = fc.constantFrom("", "-alpine", "-alpine3.19", "-rc.1", "-ce.0", "-beta2");
  const version = fc
    .tuple(fc.constantFrom("", "v"), part, part, part, suffix)
    .map(([v, a, b, c, s]) => `${v}${a}.${b}.${c}${s}`);
  const noise = fc.string({ maxLength: 40 });
  fc.assert(
    fc.property(version, fc.array(fc.oneof(version, noise), { maxLength: 30 }), (own, others) => {
      const found = freshness(pin(own), list(own, ...others), { now });
      const family = familyOf(own, "image");

      assert.ok(family !== undefined && found.newest !== null && found.behind !== null);
      assert.ok(family.contains(found.newest) && family.compare(found.newest, own) >= 0);
      assert.equal(found.behind > 0, found.state === "behind");
      assert.ok(found.next === null || family.compare(found.next, own) > 0);
    }),
  );
});
