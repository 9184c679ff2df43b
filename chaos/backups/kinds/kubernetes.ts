import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../../random.ts";
import type { Pods } from "../pods.ts";
import { type OtherKind, partOf } from "./kind.ts";

const count = 40;

/** Objects of a namespace that people edit. */
export function kubernetesIn({ lab }: Pods, random: Random): OtherKind {
  let version = 0;
  for (let index = 0; index < count; index += 1) lab.seed([objectOf(index, "v0")]);
  return {
    kind: "kubernetes",
    store: "kubernetes/objects",
    declared: "{ kind: kubernetes, namespaces: [edited] }",
    // It is asked by the runner itself.
    program: /no program/,
    change() {
      version += 1;
      const { data, ...of } = objectOf(Math.floor(random() * count), `v${version}`);
      lab.handEdit({ ...of, ...of.metadata }, { data });
    },
    async wrong(manifest, folder) {
      const lines = readFileSync(join(folder, partOf(manifest, "objects.jsonl")), "utf8")
        .trim()
        .split("\n");
      const said = manifest.body.objects ?? [];
      const others = lines.filter((line, index) => said[index]?.sha256 !== digestOf(line));
      const strange = lines.filter((line) => !wasEver(JSON.parse(line) as Edited));
      return [
        ...(lines.length === count ? [] : [`${lines.length} objects came back of ${count}`]),
        ...others.map((line) => `not what its manifest says: ${line.slice(0, 100)}`),
        ...strange.map((line) => `no object that ever was: ${line.slice(0, 100)}`),
      ];
    },
    close: () => undefined,
  };
}

interface Edited {
  readonly metadata: { readonly name: string };
  readonly data: Readonly<Record<string, string>>;
}

function objectOf(index: number, version: string) {
  const kind = index % 2 === 0 ? "ConfigMap" : "Secret";
  const name = `edited-${index}`;
  const text = (words: string): string => (kind === "Secret" ? Buffer.from(words).toString("base64") : words);
  return {
    apiVersion: "v1",
    kind,
    metadata: { namespace: "edited", name },
    data: { version: text(version), seal: text(digestOf(`${name} ${version}`)) },
  };
}

function wasEver({ metadata: { name }, data }: Edited): boolean {
  const plain = (text = ""): string =>
    data["version"]?.startsWith("v") ? text : Buffer.from(text, "base64").toString();
  return plain(data["seal"]) === digestOf(`${name} ${plain(data["version"])}`);
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
