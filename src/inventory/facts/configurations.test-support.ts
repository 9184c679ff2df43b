import assert from "node:assert/strict";
import type { Fact } from "../../kernel/fact.ts";
import { defaultConfig } from "../../platform/config.ts";
import type { Configuration, Setting } from "../../platform/configuration.ts";
import type { System } from "../../systems/contract.ts";
import { ParsedFile } from "../source-file.ts";
import { applicationsIn } from "./applications.ts";
import { configurationsOf } from "./configurations.ts";
import { manifestsIn } from "./manifests.ts";

const hub: System = {
  id: "hub",
  title: "Hub",
  recognition: { charts: ["hub"], repositories: ["example/hub"], values: [["hub.url", "ingress"]] },
  chartFacts: (chart, version) =>
    chart === "hub" && version === "1.0.0"
      ? {
          chart,
          version,
          appVersion: "1.0",
          defaults: { "ingress.enabled": true, "hub.extra": null, "hub.workers": 4, replicas: 1 },
          source: "hub@1.0.0 values.yaml",
        }
      : undefined,
};
const systems: readonly System[] = [hub, { id: "cache", title: "Cache", recognition: { charts: ["redis"] } }];

export function configurationsIn(files: Readonly<Record<string, string>>): readonly Configuration[] {
  const parsed = Object.entries(files).map(([path, text]) => new ParsedFile(path, text));
  const manifests = parsed.flatMap((file) => manifestsIn(file, defaultConfig));
  return configurationsOf({ files: parsed, applications: applicationsIn(manifests), systems, config: defaultConfig });
}

type Ask = (...path: readonly string[]) => Fact<Setting>;
type Asked = Omit<Configuration, "setting" | "written"> & { readonly setting: Ask; readonly written: Ask };

export function only(files: Readonly<Record<string, string>>): Asked {
  const [configuration, ...others] = configurationsIn(files);
  assert.ok(configuration);
  assert.deepEqual(others, []);
  const setting: Ask = (...path) => configuration.setting(...path);
  const written: Ask = (...path) => configuration.written(...path);
  return { ...configuration, setting, written };
}

/** `value @ file:line`, `absent`, or `unknown`. */
export function shown(fact: Fact<Setting>): string {
  if (fact.kind !== "known") return fact.kind;
  const { text, node, at, file } = fact.value;
  assert.equal(at === undefined, file === undefined);
  return `${text ?? node.kind} @ ${at === undefined ? "default" : `${at.file}:${at.line}`}`;
}

export function application(
  helm: string,
  source = "repoURL: https://c.example.org\nchart: hub\ntargetRevision: 1.0.0",
): string {
  const text = helm === "" ? source : `${source}\nhelm:\n${helm.replace(/^(?=.)/gm, "  ")}`;
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: hub-prod}
spec:
  source:
${text.replace(/^(?=.)/gm, "    ")}
`;
}
