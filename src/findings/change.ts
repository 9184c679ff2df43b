import type {
  Change,
  Component,
  Location,
  Manifest,
  Move,
  MoveVerdict,
  Pin,
  SourceFile,
  Touch,
} from "../systems/contract.ts";

/** One side of a change: what the repository says before or after. */
export interface Side {
  readonly pins: readonly Pin[];
  readonly components: readonly Component[];
  readonly manifests: readonly Manifest[];
  readonly files: readonly SourceFile[];
}

/** What is asked about a version that moves. `from` and `to` are versions of the software, not of its chart, where both are known. */
export interface MoveQuestion {
  readonly system: string | null;
  readonly kind: Pin["kind"];
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** Says whether a version may move in one step; the upgrade rules of the systems know. */
export type JudgeMove = (question: MoveQuestion) => MoveVerdict;

/** The versions that differ. A pin is the same pin by its id, or, when its file moved, by environment, kind, name and path. */
export function movesBetween(base: Side, head: Side, judge: JudgeMove): readonly Move[] {
  const before = new Map(base.pins.flatMap((pin) => [[pin.id, pin] as const, [likeness(pin), pin] as const]));
  const moves: Move[] = [];
  for (const pin of head.pins) {
    const old = before.get(pin.id) ?? before.get(likeness(pin));
    if (old === undefined || pin.version === null || old.version === null || pin.version === old.version) continue;
    moves.push(moveOf(old, old.version, pin, pin.version, base, head, judge));
  }
  return moves;
}

function likeness(pin: Pin): string {
  return JSON.stringify([pin.environment, pin.kind, pin.name, pin.path]);
}

function moveOf(old: Pin, from: string, pin: Pin, to: string, base: Side, head: Side, judge: JudgeMove): Move {
  const was = componentOf(old, base);
  const component = componentOf(pin, head);
  const system = component?.system ?? null;
  const question: MoveQuestion = {
    system,
    kind: pin.kind,
    name: pin.name,
    from,
    to,
    ...softwareOf(pin, was, component),
  };
  return {
    kind: pin.kind,
    name: pin.name,
    system,
    component: component?.name ?? null,
    environment: pin.environment,
    from,
    to,
    at: placeOf(pin),
    verdict: judge(question),
  };
}

function componentOf(pin: Pin, side: Side): Component | undefined {
  return side.components.find((candidate) => candidate.pins.includes(pin.id));
}

/** The software's own versions where a chart's or a chart repository's are known to install them. */
function softwareOf(pin: Pin, was: Component | undefined, is: Component | undefined): Partial<MoveQuestion> {
  const [from, to] = [was?.version ?? null, is?.version ?? null];
  const isChart = pin.kind === "chart" || pin.kind === "git";
  return isChart && from !== null && to !== null ? { kind: "image", from, to } : {};
}

function placeOf({ file, line, column }: Location): Location {
  return { file, line, column };
}

const secretKinds: ReadonlySet<string> = new Set([
  "Secret",
  "SealedSecret",
  "ExternalSecret",
  "SecretStore",
  "ClusterSecretStore",
]);
const storageKinds: ReadonlySet<string> = new Set(["PersistentVolumeClaim", "PersistentVolume", "StorageClass"]);

/** What a change touches: upgrades of charts and deployed images, secrets, and where data lies. */
export function touchesBetween(base: Side, head: Side, moves: readonly Move[]): readonly Touch[] {
  const upgrades = moves
    .filter((move) => move.kind === "chart" || move.kind === "git" || move.kind === "image")
    .map((move): Touch => ({ kind: "upgrade", what: move.component ?? move.name, at: move.at }));
  return unique([...upgrades, ...changedObjects(base, head), ...changedStorage(base, head)]);
}

function changedObjects(base: Side, head: Side): readonly Touch[] {
  const before = new Map(base.manifests.map((manifest) => [nameOf(manifest), textOf(manifest)]));
  return head.manifests.flatMap((manifest): Touch[] => {
    const kind = secretKinds.has(manifest.kind) ? "secret" : storageKinds.has(manifest.kind) ? "storage" : undefined;
    if (kind === undefined || before.get(nameOf(manifest)) === textOf(manifest)) return [];
    return [{ kind, what: nameOf(manifest), at: manifest.file.locate(manifest.root) }];
  });
}

function nameOf({ kind, namespace, name }: Manifest): string {
  return `${kind.toLowerCase()}/${namespace ?? "-"}/${name}`;
}

function textOf({ file, root }: Manifest): string {
  return file.text.slice(root.start, root.end).trimEnd();
}

const storageLine = /^\s*(storageClass(Name)?|persistence|accessModes|volumeName):/;

/** Lines of values files that say where data lies, when they differ. */
function changedStorage(base: Side, head: Side): readonly Touch[] {
  const before = new Map(base.files.map((file) => [file.path, storageLines(file)]));
  return head.files.flatMap((file): Touch[] => {
    const old = before.get(file.path);
    const now = storageLines(file);
    if (old === undefined || old.text === now.text || now.first < 0) return [];
    return [{ kind: "storage", what: file.path, at: { file: file.path, line: now.first + 1, column: 1 } }];
  });
}

function storageLines(file: SourceFile): { readonly text: string; readonly first: number } {
  if (!/\.ya?ml$/.test(file.path)) return { text: "", first: -1 };
  const lines = file.text.split("\n");
  const found = lines.filter((line) => storageLine.test(line));
  return { text: found.join("\n"), first: lines.findIndex((line) => storageLine.test(line)) };
}

function unique(touches: readonly Touch[]): readonly Touch[] {
  return [...new Map(touches.map((touch) => [`${touch.kind} ${touch.what}`, touch])).values()];
}

/** The whole difference between two sides as one change, for trees without a history between them. */
export function changeBetween(base: Side, head: Side, label: string, judge: JudgeMove): Change {
  const moves = movesBetween(base, head, judge);
  return {
    base: label,
    moves,
    commits: [{ id: "", title: "the change as a whole", touches: touchesBetween(base, head, moves) }],
  };
}
