import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { dockerfile } from "./dockerfile.ts";
import { pinsOf, readingOf } from "./kubernetes.test-support.ts";

function pins(...lines: readonly string[]): readonly string[] {
  return pinsOf(dockerfile, "images/Dockerfile", `${lines.join("\n")}\n`);
}

test("stages, scratch, numbers and platforms are no images", () => {
  assert.deepEqual(
    pins(
      "# syntax=docker/dockerfile:1.7.0",
      "FROM --platform=$BUILDPLATFORM golang:1.22.1 AS Build",
      "FROM build AS test",
      "FROM scratch",
      "COPY --from=build /a /a",
      "COPY --from=0 /a /a",
      "COPY --from=ghcr.io/o/uv:0.4.1 /uv /uv",
      "RUN --mount=type=cache,target=/c --mount=type=bind,from=busybox:1.36.1,target=/b true",
    ),
    [
      "image docker/dockerfile 1.7.0 pinned",
      "image golang 1.22.1 pinned",
      "image ghcr.io/o/uv 0.4.1 pinned",
      "image busybox 1.36.1 pinned",
    ],
  );
});

test("a version written whole in an ARG is pinned there, a composed one at the reference", () => {
  const text = [
    "ARG PY=3.11.9",
    "ARG BASE=quay.io/o/base:2024-01-08",
    "FROM $BASE",
    "FROM python:${PY}-slim",
    "FROM python:${PY}",
    "FROM o/x:${NOWHERE}",
    "FROM ${NOWHERE}",
    "FROM ubuntu",
    "",
  ].join("\n");
  const { pins: found } = readingOf(dockerfile, "Containerfile", text);
  assert.deepEqual(
    found.map((pin) => [pin?.line, pin?.path, pin?.name, pin?.version, pin?.state]),
    [
      [2, "constants.BASE", "quay.io/o/base", "2024-01-08", "pinned"],
      [4, "stages[1].FROM", "python", "${PY}-slim", "pinned"],
      [1, "constants.PY", "python", "3.11.9", "pinned"],
      [6, "stages[3].FROM", "o/x", "${NOWHERE}", "unknown"],
      [7, "stages[4].FROM", "${NOWHERE}", null, "unknown"],
      [8, "stages[5].FROM", "ubuntu", null, "missing"],
    ],
  );
  assert.equal(found[1]?.effective?.kind === "known" && found[1].effective.value, "3.11.9-slim");
});

test("packages are read across continued lines, comments, quotes and options", () => {
  assert.deepEqual(
    pins(
      "FROM scratch",
      "ARG MLFLOW=2.14.1",
      "RUN pip install --no-cache-dir -i https://pypi.example/simple \\",
      "    # the server",
      "    \"mlflow[extras]==$MLFLOW\" boto3 'psycopg2>=2.9,<3' \\",
      "    -r requirements.txt . ./local.whl --upgrade pip numpy==1.26.* && \\",
      "    apt-get update && apt-get install -y git curl=8.5.0-2 | tee /log",
      'RUN ["pip3", "install", "dvc==3.0.1"]',
      "RUN <<EOF",
      "python3 -m pip install torch==2.3.0",
      "EOF",
      "RUN cat <<EOF > /x",
      "pip install not-run",
      "EOF",
      "RUN if true; then pip install -e git+https://github.com/o/q@main#egg=q; fi",
      "ONBUILD RUN bash -c 'pip install git+https://github.com/o/p.git@v1.2.3'",
    ),
    [
      "package mlflow 2.14.1 pinned",
      "package boto3 - missing",
      "package psycopg2 >=2.9,<3 range",
      "package numpy ==1.26.* range",
      "package curl 8.5.0-2 pinned",
      "package dvc 3.0.1 pinned",
      "package torch 2.3.0 pinned",
      "git https://github.com/o/q main moving",
      "git https://github.com/o/p.git v1.2.3 pinned",
    ],
  );
});

test("a downloaded release is a tool; one whose version a command prints is none", () => {
  assert.deepEqual(
    pins(
      "FROM scratch",
      "ENV HELM=3.14.0",
      "RUN curl -fsSL https://github.com/o/a/releases/download/v1.2.3/a.tgz | tar xz",
      "RUN wget https://github.com/o/b/releases/download/v${HELM}/b && V=2.0.1; curl https://github.com/o/c/releases/download/$V/c",
      "RUN curl -L https://github.com/o/d/releases/latest/download/d",
      "RUN curl -L https://github.com/o/e/releases/download/$(cat v)/e",
      "ADD https://github.com/o/f/archive/refs/tags/v3.2.1.tar.gz /f",
    ),
    [
      "tool o/a v1.2.3 pinned",
      "tool o/b v${HELM} pinned = v3.14.0",
      "tool o/c 2.0.1 pinned",
      "tool o/d latest moving",
      "tool o/f v3.2.1 pinned",
    ],
  );
});

test("carriage returns, the escape directive and a byte order mark change nothing", () => {
  const text = "\uFEFF# escape=`\r\nFROM `\r\n  python:3.11.9\r\nRUN pip install `\r\n  mlflow==2.14.1\r\n";
  assert.deepEqual(pinsOf(dockerfile, "Dockerfile.win", text), [
    "image python 3.11.9 pinned",
    "package mlflow 2.14.1 pinned",
  ]);
});

test("a version that no stretch of the file holds is no pin", () => {
  assert.deepEqual(pinsOf(dockerfile, "Dockerfile", "FROM a:1.2.3\nRUN pip install x=='<<E' y==1'.0' z=='2.0'\n"), [
    "image a 1.2.3 pinned",
    "package z 2.0 pinned",
  ]);
});

test("no text makes the reader fail, and every range is its version", () => {
  const words = fc.constantFrom(
    "FROM ",
    "ARG A=1",
    "RUN ",
    "pip install ",
    "x==",
    "$A",
    "${A:-",
    "}",
    "\\\n",
    "\n",
    "<<E",
    "'",
    '"',
    "`",
    "#",
    "é😀",
    "a:1",
    "--from=",
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 30 }), (parts) => {
      const { problems } = readingOf(dockerfile, "Dockerfile", `FROM a:1.2.3\n${parts.join("")}`);
      assert.deepEqual(problems, []);
    }),
  );
});
