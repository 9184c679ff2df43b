import { type Follow, followBy, followNot } from "../backups/progress/follow.ts";
import { farWords, lineOf, type What } from "../backups/progress/line.ts";
import { following, type InTurn } from "../backups/progress/turns.ts";
import { sized } from "../reports/backup/words.ts";
import type { Shell } from "./shell.ts";

/** Whom it is told, and how. */
interface Told {
  readonly shell: Shell;
  readonly options: { readonly output?: string; readonly quiet?: boolean };
}

/** What is being done, in words. */
export function progressTo({ shell, options }: Told, store: string | undefined, what: What): (text: string) => void {
  const { errColumns } = shell.terminal;
  return (text) => {
    if (options.output === "jsonl") shell.out(lineOf({ what, store, text }));
    else if (options.quiet !== true) shell.err(`${errColumns === undefined ? "" : emptied}${text}\n`);
  };
}

/** A program shows it as it goes; a person's terminal has one line of it. Neither a file nor a Job's log is filled with it. */
const everyMillis = { program: 2000, terminal: 1000, file: 10_000 };
const everyShare = 1 / 500;

/** To the beginning of the line, and nothing on it (ECMA-48: CR, EL). */
const emptied = "\r\u001b[K";

/** How far it is: bytes, throughput and, where it is known, how long it still takes; `inTurn`: where it is one of several. */
export function followTo(told: Told, what: What, inTurn?: InTurn): Follow {
  const follow = telling(told, what);
  return inTurn === undefined ? follow : following(follow, inTurn);
}

function telling({ shell, options }: Told, what: What): Follow {
  const now = (): number => Date.parse(shell.clock.now());
  const { errColumns } = shell.terminal;
  if (options.output === "jsonl") {
    const tell: Parameters<typeof followBy>[0]["tell"] = (store, far) => shell.out(lineOf({ what, store, ...far }));
    return followBy({ tell, now, everyMillis: everyMillis.program, everyShare, over: tell });
  }
  if (options.quiet === true) return followNot;
  if (errColumns === undefined)
    return followBy({
      tell: (store, far) => shell.err(`${farWords(store, far, sized)}\n`),
      now,
      everyMillis: everyMillis.file,
      everyShare,
      over: () => undefined,
    });
  return followBy({
    tell: (store, far) => shell.err(`${emptied}${farWords(store, far, sized).slice(0, errColumns - 1)}`),
    now,
    everyMillis: everyMillis.terminal,
    over: () => shell.err(emptied),
  });
}
