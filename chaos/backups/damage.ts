import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pick, type Random } from "../random.ts";
import { type Fault, type Scene, type Told, wordsOf } from "./fault.ts";

/** Each class of file that a repository has, and what may become of one. */
const classes = ["config", "keys", "index", "snapshots", "data"] as const;
type Class = (typeof classes)[number];
const words: Readonly<Record<Class, string>> = {
  config: "config",
  keys: "key",
  index: "index",
  snapshots: "snapshot",
  data: "pack",
};

const ways = {
  "a byte flipped": (whole: Buffer, random: Random): Buffer => {
    const bytes = Buffer.from(whole);
    const at = Math.floor(random() * bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
    return bytes;
  },
  truncated: (whole: Buffer, random: Random): Buffer => whole.subarray(0, Math.floor(random() * whole.length)),
} as const;

/**
 * The same command as the control plane's scheduled check must find it: some way or other it does not say that all is well. Its
 * words are kept for the report. Then the file is as it was.
 */
function damaged(part: Class, way: keyof typeof ways): Fault {
  return {
    name: `${words[part]} ${way === "truncated" ? "truncated" : "with a byte flipped"}`,
    share: 1.5,
    async strike(scene): Promise<Told> {
      const file = pick(scene.random, filesOf(scene, part));
      const whole = readFileSync(file);
      const hurt = ways[way](whole, scene.random);
      chmodSync(file, 0o600);
      writeFileSync(file, hurt);
      try {
        const ran = await scene.stage.run(["backup", "check", "--read-data"]);
        const found = ran.status !== 0;
        const note = ran.status === 2 ? (ran.out.split("\n")[1] ?? "").trim() : wordsOf(ran);
        const wrong = found ? [] : [`${words[part]} ${way} was not found: ${file}`];
        return { outcome: "found", seconds: ran.seconds, wrong, note };
      } finally {
        writeFileSync(file, whole);
      }
    },
  };
}

/** A file that is gone altogether. */
function gone(part: Class): Fault {
  return {
    name: `${words[part]} gone`,
    share: 1,
    async strike(scene): Promise<Told> {
      const file = pick(scene.random, filesOf(scene, part));
      const whole = readFileSync(file);
      rmSync(file, { force: true });
      try {
        const [ran, { backups }] = [
          await scene.stage.run(["backup", "check", "--read-data"]),
          part === "snapshots" ? await scene.keeper.list() : { backups: [] },
        ];
        // A snapshot that nobody has is nothing to restic: what it belonged to must not be shown as a backup.
        const lost = part === "snapshots" ? await stillWhole(scene, backups) : ran.status !== 0;
        const wrong = lost ? [] : [`${words[part]} gone was not found: ${file}`];
        return { outcome: "found", seconds: ran.seconds, wrong, note: wordsOf(ran) };
      } finally {
        writeFileSync(file, whole, { mode: 0o600 });
      }
    },
  };
}

async function stillWhole(
  { restic }: Scene,
  shown: Awaited<ReturnType<Scene["keeper"]["list"]>>["backups"],
): Promise<boolean> {
  const ids = await restic.ids();
  return shown.every(({ manifest, parts }) => [manifest, ...parts].every((id) => ids.has(id)));
}

function filesOf({ stage }: Scene, part: Class): readonly string[] {
  const at = join(stage.repository, part);
  if (statSync(at).isFile()) return [at];
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

export const damage: readonly Fault[] = [
  ...classes.flatMap((part) => [damaged(part, "a byte flipped"), damaged(part, "truncated")]),
  ...classes.map(gone),
];
