import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pick, type Random } from "../random.ts";
import type { Seen } from "./control-plane.ts";
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

const damageFound = /^The repository of the backups is damaged/;

/** A file is hurt; then it is as it was, and the next check finds nothing. */
function hurt(
  part: Class,
  what: string,
  change: (file: string, whole: Buffer, random: Random) => void,
  isFound: (scene: Scene, whole: Buffer) => Promise<Found> = found,
): Fault {
  return {
    name: `${words[part]} ${what}`,
    share: 1.3,
    async strike(scene): Promise<Told> {
      const packs = part === "data" ? await scene.restic.packs() : undefined;
      const files = filesOf(scene, part).filter((one) => packs?.has(basename(one)) ?? true);
      const file = pick(scene.random, files);
      const whole = readFileSync(file);
      chmodSync(file, 0o600);
      change(file, whole, scene.random);
      let told: Found;
      try {
        told = await isFound(scene, whole);
      } finally {
        writeFileSync(file, whole, { mode: 0o600 });
      }
      const { incidents } = await scene.plane.check();
      const falsely = incidents
        .filter((title) => damageFound.test(title))
        .map((title) => `it is whole again: ${title}`);
      const missed = told.isFound
        ? []
        : [`${words[part]} ${what} was not found: ${part}/${basename(file)}; ${told.note}`];
      const outcome = told.isNeeded ? "found" : "survived";
      return { outcome, seconds: told.seconds, note: told.note, wrong: [...missed, ...falsely] };
    },
  };
}

interface Found {
  readonly isFound: boolean;
  /** Whether a backup needs what was hurt: nothing is to be found of what none does (a proof, a record). */
  readonly isNeeded: boolean;
  readonly seconds: number;
  readonly note: string;
}

/** By the check that the control plane starts when it is due, and an incident at its next tick. */
async function found({ plane }: Scene): Promise<Found> {
  const { incidents, seconds, waiting = [] } = await plane.check();
  const isFound = incidents.some((title) => damageFound.test(title));
  // A check that did not come to its end tells why nothing was found.
  const note = (isFound ? incidents : [...incidents, ...waiting]).join("; ");
  return { isFound, isNeeded: true, seconds, note };
}

/** A quick key stands beside restic's own: it may go. */
async function foundNeeded(scene: Scene, whole: Buffer): Promise<Found> {
  const told = await found(scene);
  return whole.includes('"millwright-quick"') ? { ...told, isFound: !told.isFound, isNeeded: false } : told;
}

/**
 * A snapshot that nobody has is nothing to restic: what it belonged to must not be shown as a backup, and a backup that was seen
 * before is an incident.
 */
async function foundGone(scene: Scene): Promise<Found> {
  const { keeper } = scene;
  const [before, { incidents, says, seconds }] = [keeper.shownLast, await scene.plane.check()];
  const { backups } = await keeper.list();
  const ids = await scene.restic.ids();
  const whole = backups.every(({ manifest, parts }) => [manifest, ...parts].every((id) => ids.has(id)));
  const lost = before.filter((id) => !backups.some((one) => one.id === id));
  const told = lost.every((id) =>
    incidents.some((title) => title.startsWith("A backup is gone") && title.includes(id)),
  );
  // Shown by its own parts, and a pack that it shares is gone: the check says so, of the first five by name.
  const hollow = keeper.lacking(ids).filter((id) => !lost.includes(id));
  const named =
    hollow.length === 0 ||
    (incidents.some((title) => damageFound.test(title)) && hollow.some((id) => says.includes(id)));
  const note = incidents.join("; ");
  if (lost.length === 0 && hollow.length === 0) return { isFound: whole, isNeeded: false, seconds, note };
  return { isFound: whole && told && named, isNeeded: true, seconds, note };
}

/** In every blob: of a pack that several backups share one byte may lie where the newest reads nothing. */
function everywhere(whole: Buffer): Buffer {
  return Buffer.from(whole.map((byte, at) => (at % 64 === 0 ? 255 - byte : byte)));
}

/** Hurts every pack, so that a proof meets it; the proof's verdict is an incident at the next tick, and another's proof ends it. */
const failedProof: Fault = {
  name: "packs damaged, met by a proof",
  share: 3,
  async strike(scene): Promise<Told> {
    const { stage, keeper, plane } = scene;
    const id = keeper.newest;
    if (id === undefined) return { outcome: "missed" };
    await plane.look();
    const packs = filesOf(scene, "data").filter((file) => statSync(file).size > 200_000);
    const before = packs.map((file) => [file, readFileSync(file)] as const);
    for (const [file, whole] of before) {
      chmodSync(file, 0o600);
      writeFileSync(file, everywhere(whole));
    }
    const wrong: string[] = [];
    let seen: Seen;
    try {
      const proof = await stage.run(stage.proof(id));
      if (proof.status === 0) wrong.push(`${id} was proven, and its packs are damaged`);
      seen = await plane.look();
      if (!seen.incidents.some((title) => title.startsWith("A backup cannot be restored") && title.includes(id)))
        wrong.push(`no incident of ${id}: ${seen.incidents.join("; ")}; ${wordsOf(proof)}`);
    } finally {
      for (const [file, whole] of before) writeFileSync(file, whole);
    }
    const again = await stage.run(stage.proof(id));
    if (again.status !== 0) wrong.push(`its packs are whole again, and it is not proven: ${wordsOf(again)}`);
    const { incidents } = await plane.look();
    if (incidents.some((title) => title.includes(id))) wrong.push(`it is whole again: ${incidents.join("; ")}`);
    return { outcome: "found", seconds: seen.seconds, wrong, note: seen.incidents.join("; ") };
  },
};

function filesOf({ stage }: Scene, part: Class): readonly string[] {
  const at = join(stage.repository, part);
  if (statSync(at).isFile()) return [at];
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

export const damage: readonly Fault[] = [
  ...classes.flatMap((part) => [
    ...Object.entries(ways).map(([way, change]) =>
      hurt(part, way === "truncated" ? way : `with ${way}`, (file, whole, random) =>
        writeFileSync(file, change(whole, random)),
      ),
    ),
    hurt(part, "gone", (file) => rmSync(file, { force: true }), part === "snapshots" ? foundGone : foundNeeded),
  ]),
  failedProof,
];
