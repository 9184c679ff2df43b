import { Command } from "commander";
import type { QuickKey } from "../../backups/repository/quick-key-ring.ts";
import { InputError } from "../../kernel/errors.ts";
import { type BackupPlace, type PlaceOptions, placeOf, withPlace } from "../backup-places.ts";
import type { Shell } from "../shell.ts";

/** `millwright backup init` */
export function initCommand(shell: Shell): Command {
  return withPlace(
    new Command("init").description(
      "Make the repository of an environment's backups, once; one that is there is given a quick key where it lacks one",
    ),
  ).action(async (options: PlaceOptions) => {
    const { second, ...wanted } = options;
    const place = await placeOf(shell, await shell.backups(), wanted);
    shell.out(`${await (second === true ? initSecond(place) : initFirst(place))}\n`);
  });
}

async function initFirst({ repository, environment }: BackupPlace): Promise<string> {
  if ((await repository.id()) !== undefined)
    return onlyQuick(`${environment} has its repository already.`, await repository.addQuickKey());
  const id = await repository.init();
  return sentences(
    `Made the repository ${id} for ${environment}. Keep its key where no fire takes both: without it all backups are lost.`,
    await repository.addQuickKey(),
  );
}

async function initSecond(place: BackupPlace): Promise<string> {
  const second = await place.second();
  if (second === undefined) throw new InputError(`No second repository of ${place.environment} is declared.`);
  if ((await second.ownId()) !== undefined)
    return onlyQuick(`${place.environment} has its second repository already.`, await second.addQuickKey());
  await second.initLike(place.repository);
  return sentences(
    `Made the second repository for ${place.environment}. Keep its key where the first one's is not.`,
    await second.addQuickKey(),
  );
}

/** A repository that is there is left as it is but for the key that it lacks. */
function onlyQuick(said: string, quick: QuickKey): string {
  const whole = sentences(said, quick);
  if (quick.kind !== "made") throw new InputError(whole);
  return whole;
}

function sentences(said: string, quick: QuickKey): string {
  const strange = quick.strange.map(
    (name) =>
      `The quick key ${name.slice(0, 8)} opens by another password than this: where that one was changed, take the key away by restic key remove ${name.slice(0, 8)}.`,
  );
  return [said, ...wordsOf(quick), ...strange].join(" ");
}

function wordsOf({ kind, why }: QuickKey): readonly string[] {
  switch (kind) {
    case "made":
      return [
        "It was given a quick key beside restic's own, for the same password: restic starts without half a second of work.",
      ];
    case "guessable":
      return [
        "By its form its password could be guessed, so that restic makes guessing slow and takes half a second of a core at each start: one made by openssl rand -hex 32 needs that not.",
      ];
    case "failed":
      return [`A quick key could not be made, and all works without it: ${why ?? "it is not known why"}.`];
    case "there":
    case "elsewhere":
      return [];
  }
}
