import assert from "node:assert/strict";
import { test } from "node:test";
import { pinLines, repositoryOf } from "./pins.test-support.ts";
import { python } from "./python.ts";

const lines = async (path: string, text: string) =>
  (await pinLines({ [path]: text }, [python])).map((line) => line.slice(path.length + 1));

test("an exact version is pinned, a range is none, a bare name is missing one", async () => {
  const text = `# what runs
mlflow==2.14.1
boto3[crt] >= 1.34, < 2  # why
psycopg2-binary
gunicorn === 22.0.0 ; python_version < "3.13"
numpy~=1.26
torch==2.*
-r base.txt
--index-url https://example.org/simple
./local
`;
  assert.deepEqual(await lines("requirements.txt", text), [
    "mlflow package mlflow 2.14.1 pinned",
    "boto3 package boto3 >= 1.34, < 2 range",
    "psycopg2-binary package psycopg2-binary - missing",
    "gunicorn package gunicorn 22.0.0 pinned",
    "numpy package numpy ~=1.26 range",
    "torch package torch ==2.* range",
  ]);
});

test("hashes on lines that go on are no part of the version", async () => {
  const text = "\u{feff}mlflow==2.14.1 \\\r\n    --hash=sha256:aa \\\r\n    --hash=sha256:bb\r\nboto3==1.34.0\r\n";
  assert.deepEqual(await lines("docker/requirements-prod.txt", text), [
    "mlflow package mlflow 2.14.1 pinned",
    "boto3 package boto3 1.34.0 pinned",
  ]);
});

test("a Git address is pinned by its revision and shows no credential", async () => {
  const text = `git+https://user:token@example.org/o/a.git@v1.2.3#egg=a
-e git+ssh://git@example.org/o/b.git
c @ git+https://example.org/o/c@main
d @ https://example.org/d-4.5.6-py3-none-any.whl
`;
  assert.deepEqual(await lines("requirements/dev.in", text), [
    "a git https://***@example.org/o/a.git v1.2.3 pinned",
    "ssh://git@example.org/o/b.git git ssh://git@example.org/o/b.git - missing",
    "c git https://example.org/o/c main moving",
    "d package d 4.5.6 pinned",
  ]);
});

test("a pyproject's arrays of requirements are read, other arrays are not", async () => {
  const text = `[build-system]
requires = ["hatchling"]

[project]
name = "x"
requires-python = ">=3.11"
keywords = ["mlflow==1.0"]
dependencies = [
  "mlflow==2.14.1", # "old==1"
  'fastapi[all]>=0.110',
]

[project.optional-dependencies]
dev = ["pytest"]

[dependency-groups]
lint = ["ruff==0.6.1", {include-group = "dev"}]
`;
  assert.deepEqual(await lines("pyproject.toml", text), [
    'project.dependencies["mlflow"] package mlflow 2.14.1 pinned',
    'project.dependencies["fastapi"] package fastapi >=0.110 range',
    'project.optional-dependencies.dev["pytest"] package pytest - missing',
    'dependency-groups.lint["ruff"] package ruff 0.6.1 pinned',
  ]);
});

test("Poetry's tables are read", async () => {
  const text = `[tool.poetry]
version = "1.0.0"
[tool.poetry.dependencies]
python = "^3.11"
mlflow = "2.14.1"
boto3 = { version = "~1.34", extras = ["crt"] }
lib = { git = "https://example.org/lib.git", tag = "v1.0.0" }
own = { path = "../own" }
[tool.poetry.group.dev.dependencies]
pytest = "*"
`;
  assert.deepEqual(await lines("pyproject.toml", text), [
    "tool.poetry.dependencies.mlflow package mlflow 2.14.1 pinned",
    "tool.poetry.dependencies.boto3.version package boto3 ~1.34 range",
    "tool.poetry.dependencies.lib.tag git https://example.org/lib.git v1.0.0 pinned",
    "tool.poetry.group.dev.dependencies.pytest package pytest * range",
  ]);
});

test("a conda environment is read with the packages that pip installs in it", async () => {
  const text = `name: mlflow-env
channels: [conda-forge]
dependencies:
  - python=3.11
  - conda-forge::numpy=1.26.4=py311h1
  - scipy==1.14.0
  - pandas>=2.0
  - pip
  - pip:
      - mlflow==2.14.1
      - boto3
`;
  assert.deepEqual(await lines("model/conda.yaml", text), [
    "dependencies[0] tool python 3.11 range",
    "dependencies[1] package numpy 1.26.4 pinned",
    "dependencies[2] package scipy 1.14.0 pinned",
    "dependencies[3] package pandas >=2.0 range",
    "dependencies[5].pip[0] package mlflow 2.14.1 pinned",
    "dependencies[5].pip[1] package boto3 - missing",
  ]);
});

test("other files of these names, and broken ones, say nothing and do not fail", async () => {
  assert.ok(!python.accepts("environment.yaml", "apiVersion: v1\nkind: ConfigMap\n"));
  const files = {
    "requirements.txt": "==1\n\\\n[x]\n;;\n{{ x }}\n${Y}\n@\n",
    "pyproject.toml": '[project\ndependencies = [\n"a==1\n]]\n[[x]]\nq = [[["',
    "environment.yml": "dependencies: {a: b}\n",
  };
  const { pins, problems } = await repositoryOf(files, [python]);
  assert.deepEqual([pins.map(({ name }) => name), problems], [[], []]);
});
