import { execFile } from "node:child_process";
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import type { Random } from "../../random.ts";
import type { Pods } from "../pods.ts";
import { contentOf, isContentOf } from "../source-objects.ts";
import { type OtherKind, partOf } from "./kind.ts";

const run = promisify(execFile);
const count = 60;

/** Files on a pod's volume, each replaced as a whole now and then. */
export function filesIn(root: string, pods: Pods, random: Random): OtherKind {
  const [data, beside] = [join(root, "volume"), join(root, "volume-beside")];
  mkdirSync(data);
  mkdirSync(beside);
  pods.add("grafana");
  let version = 0;
  const write = (name: string): void => {
    version += 1;
    writeFileSync(join(beside, name), contentOf(name, `v${version}`));
    renameSync(join(beside, name), join(data, name));
  };
  for (let index = 0; index < count; index += 1) write(`f${index}.bin`);
  return {
    kind: "files",
    store: "grafana/files",
    declared: `{ component: grafana, kind: files, pod: { namespace: apps, labels: app=grafana }, paths: ["${data}"] }`,
    program: /^tar /,
    change: () => write(`f${Math.floor(random() * count)}.bin`),
    async wrong(manifest, folder) {
      const to = join(folder, "files");
      mkdirSync(to);
      await run("tar", ["-xf", join(folder, partOf(manifest, "files.tar")), "-C", to]);
      const found = globSync(join(to, "**", "*.bin"));
      const strange = found.filter((file) => !isContentOf(basename(file), readFileSync(file)));
      return [
        ...(found.length === count ? [] : [`${found.length} files came back of ${count}`]),
        ...strange.map((file) => `${basename(file)} is no file that ever was`),
      ];
    },
    close: () => undefined,
  };
}
