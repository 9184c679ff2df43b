import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  compareVersions,
  isRange,
  type PinState,
  parseVersion,
  stateOfChart,
  stateOfConstraint,
  stateOfGit,
  stateOfImage,
} from "./version.ts";

test("the parts of a version are found in every scheme", () => {
  const cases: readonly (readonly [string, string, readonly number[], number, number, string])[] = [
    ["1.10", "", [1, 10], 0, 0, ""],
    ["v1.2.3", "v", [1, 2, 3], 0, 0, ""],
    ["2024.1", "", [2024, 1], 0, 0, ""],
    ["15-alpine", "", [15], 0, 0, "alpine"],
    ["17.1.8-ce.0", "", [17, 1, 8], 0, 0, "ce.0"],
    ["eoepca-2.0.0-beta1", "eoepca-", [2, 0, 0], -2, 1, ""],
    ["2.0.0_pre1", "", [2, 0, 0], -1, 1, ""],
    ["1.0.0-rc.2-alpine3.19", "", [1, 0, 0], -1, 2, "alpine3.19"],
    ["1.0.post3", "", [1, 0], 1, 3, ""],
    ["3.13.0a4", "", [3, 13, 0], -3, 4, ""],
    ["1.24.4-k3s1", "", [1, 24, 4], 0, 0, "k3s1"],
    ["1.2.3+build.7", "", [1, 2, 3], 0, 0, ""],
    ["18.1.1-ee", "", [18, 1, 1], 0, 0, "ee"],
  ];
  for (const [text, prefix, release, phase, phaseNumber, flavour] of cases) {
    assert.deepEqual(parseVersion(text), { text, prefix, epoch: 0, release, phase, phaseNumber, flavour }, text);
  }
  assert.equal(parseVersion("2!1.0")?.epoch, 2);
});

test("what is no version is not read as one", () => {
  for (const text of [
    "",
    "latest",
    "main",
    "HEAD",
    "^1.2",
    ">=1,<2",
    "1.x",
    "*",
    "{{ tag }}",
    "${TAG}",
    "1.2.3 4",
    "9".repeat(300),
  ]) {
    assert.equal(parseVersion(text), undefined, text);
  }
});

test("versions are in the order of their release", () => {
  const ascending = [
    "latest",
    "1.0.dev1",
    "1.0a1",
    "1.0-beta.2",
    "1.0-beta.11",
    "1.0rc1",
    "1.0",
    "1.0-alpine",
    "1.0-r2",
    "1.0-r12",
    "1.0.post1",
    "1.2",
    "1.10",
    "v2.0.0",
    "2!0.1",
  ];
  for (let index = 1; index < ascending.length; index += 1) {
    const [older = "", newer = ""] = [ascending[index - 1], ascending[index]];
    assert.equal(compareVersions(older, newer), -1, `${older} < ${newer}`);
    assert.equal(compareVersions(newer, older), 1, `${newer} > ${older}`);
  }
  assert.equal(compareVersions("1.2", "v1.2.0+abc"), 0);
});

const anyVersion = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc
    .tuple(
      fc.constantFrom("", "v", "eoepca-", "2!"),
      fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 }),
      fc.constantFrom("", "-rc.1", "rc2", "-alpine", ".post1", "-ce.0", "-10", "+b"),
    )
    .map(([prefix, numbers, suffix]) => `${prefix}${numbers.join(".")}${suffix}`),
);

test("the order is total, antisymmetric and transitive", () => {
  fc.assert(
    fc.property(anyVersion, anyVersion, anyVersion, (a, b, c) => {
      assert.equal(compareVersions(a, a), 0);
      assert.equal(compareVersions(a, b) + compareVersions(b, a), 0);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) assert.ok(compareVersions(a, c) <= 0);
    }),
    { numRuns: 2000 },
  );
});

function judges(judge: (text: string) => PinState, cases: Readonly<Record<PinState, readonly string[]>>): void {
  for (const [state, texts] of Object.entries(cases)) {
    for (const text of texts) assert.equal(judge(text), state, text);
  }
}

test("an image is pinned by a whole release, a date, a commit or a revision only", () => {
  judges((tag) => stateOfImage(tag), {
    pinned: [
      "1.2.3",
      "v1.2.3",
      "17.1.8-ce.0",
      "2.0.0_pre1",
      "eoepca-2.0.0-beta1",
      "15.5.20-debian-12-r3",
      "1.25rc1",
      "bookworm-20240115-slim",
      "RELEASE.2024-01-16T16-07-38Z",
      "sha-1a2b3c4",
      "0.1.0-3-g1a2b3c4",
      "20240115",
      "48123",
      "python3.12-1.2.3",
    ],
    range: ["1.x", "^1.2", "1.*"],
    moving: [
      "latest",
      "15",
      "15-alpine",
      "1.25",
      "22.04",
      "stable",
      "main",
      "alpine",
      "3.12-slim-bookworm",
      "1.2.3-SNAPSHOT",
      "1.2.3-latest",
      "decade",
      "pr-12",
      "v4",
    ],
    missing: ["", "  "],
    unknown: ["{{ .Values.tag }}", "${TAG}", "$TAG", "$(TAG)-alpine", "a b", "<version>"],
  });
});

test("a digest pins whatever the tag says, and a broken digest pins nothing", () => {
  assert.equal(stateOfImage("latest", `sha256:${"a".repeat(64)}`), "pinned");
  assert.equal(stateOfImage(undefined, `sha256:${"a".repeat(64)}`), "pinned");
  assert.equal(stateOfImage("1.2.3", "sha256:abc"), "unknown");
  assert.equal(stateOfImage(undefined), "missing");
});

test("a chart without three numbers is a range", () => {
  judges(stateOfChart, {
    pinned: ["1.2.3", "v1.2.3", "=1.2.3", "8.1.8", "1.2.3-rc.1+7"],
    range: ["1", "1.2", "1.x", "^1", "~1.2", "*", ">=1.0.0 <2.0.0", "1.2.3 - 1.4.0", "1.2.3 || 2.0.0", ">0.0.0-0"],
    moving: ["latest", "HEAD", "main"],
    missing: [""],
    unknown: ["{{version}}", "${var.chart_version}"],
  });
});

test("a Git revision is a commit, a release tag, or it moves", () => {
  judges(stateOfGit, {
    pinned: [
      "v1.2.3",
      "0.3.0",
      "refs/tags/v1.2.3",
      "1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b",
      "1a2b3c4",
      "chart-1.2.3",
      "2.0-rc2",
    ],
    range: [">=1.0.0", "1.*", "v1.x"],
    moving: ["HEAD", "develop", "release-1.2", "main", "v4", "1.2", "refs/heads/v1.2.3", "release/1.2.3", "eoepca-2.0"],
    missing: [""],
    unknown: ["{{ revision }}", "a b"],
  });
});

test("a constraint of Terraform or Python is a pin only with one version", () => {
  judges(stateOfConstraint, {
    pinned: ["1.2.3", "= 1.2.3", "==2.14.1", "===1.0", "1.2", "==1.0rc1"],
    range: ["~> 1.2", "^1", ">=1,<2", ">= 1.2.3", "~=2.14.1", "==1.2.*", "!= 1.3.0", "*", "1.x"],
    moving: ["latest"],
    missing: [""],
    unknown: ["var.version + 1", "${var.v}"],
  });
});

test("text of any shape gets a state and never throws", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), (text) => {
      for (const judge of [stateOfImage, stateOfChart, stateOfGit, stateOfConstraint])
        assert.equal(typeof judge(text), "string");
    }),
  );
});

test("long hostile text is judged at once", () => {
  for (const text of ["1".repeat(5000), "a-".repeat(127), "1.".repeat(127), "-_.".repeat(80)]) {
    assert.equal(typeof stateOfImage(text), "string");
    assert.equal(typeof compareVersions(text, `${text}1`), "number");
    assert.equal(isRange(text), false);
  }
});
