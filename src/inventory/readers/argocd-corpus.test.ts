import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { readFile } from "../reading.ts";
import { ParsedFile } from "../source-file.ts";
import { argocd } from "./argocd.ts";
import { helmChart } from "./helm-chart.ts";
import { helmValues } from "./helm-values.ts";

/** Manifests of real platforms, kept beside the checkout where they may be: they are not ours to carry. */
const corpus = fileURLToPath(new URL("../../../../shared/corpus/", import.meta.url));
const missing = existsSync(corpus) ? false : "not run: corpus";

function pinsOfCorpus(): { readonly lines: readonly string[]; readonly problems: readonly string[] } {
  const lines: string[] = [];
  const problems: string[] = [];
  for (const path of readdirSync(corpus, { recursive: true, encoding: "utf8" }).toSorted()) {
    if (!/\.(ya?ml|template)$/.test(path)) continue;
    const bytes = readFileSync(`${corpus}${path}`);
    const reading = readFile(new ParsedFile(path, bytes.toString("utf8")), [argocd, helmChart, helmValues]);
    problems.push(...reading.problems.map(({ file, reason }) => `${file}: ${reason}`));
    for (const pin of reading.pins) {
      if (pin === undefined) continue;
      if (pin.version !== null) assert.equal(bytes.subarray(...pin.range).toString("utf8"), pin.version, pin.file);
      lines.push(`${path.slice(path.lastIndexOf("/") + 1)} ${pin.kind} ${pin.name} ${pin.version ?? "-"} ${pin.state}`);
    }
  }
  return { lines, problems };
}

test("real platforms are read without a problem, and their known pins are found", { skip: missing }, () => {
  const { lines, problems } = pinsOfCorpus();

  assert.deepEqual(problems, []);
  for (const expected of [
    "gitlab.application.yaml chart gitlab 8.1.0 pinned",
    "sharinghub.application.yaml git https://github.com/csgroup-oss/sharinghub.git main moving",
    "sharinghub.application.yaml image eoepca/sharinghub latest moving",
    "mlflow-sharinghub.application.yaml image eoepca/mlflow-sharinghub latest moving",
    "values-template.yaml image eoepca/mlflow-sharinghub - missing",
    "values-template.yaml image eoepca/sharinghub - missing",
    "Chart.yaml chart postgresql 15.5.20 pinned",
    "ml-platform-prod.yaml git https://github.com/gigifokchiman/implement-ml-p HEAD moving",
    "applicationset.yaml git https://github.com/gigifokchiman/implement-ml-p {{head_sha}} unknown",
    "values.yaml image nginx alpine moving",
  ]) {
    assert.ok(lines.includes(expected), expected);
  }
});
