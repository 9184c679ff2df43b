import type { ContractOptions, Outcome } from "./contract-part.ts";
import { gitalyPrograms, gitalyVersion } from "./gitaly-programs.ts";
import { openScene } from "./gitaly-scene.ts";
import { scenes } from "./gitaly-scenes.ts";

/*
 * What stands for the rails tasks of repositories, and what reads GitLab's archives, against gitaly-backup and a Gitaly with
 * repositories of every shape: full and incremental backups, to a folder and to a bucket, and back.
 */

const what = "gitaly";

export async function holdGitaly({ all, cache }: Pick<ContractOptions, "all" | "cache">): Promise<Outcome> {
  const programs = await gitalyPrograms({ all, cache });
  if (typeof programs === "string") return { kind: "not-run", what, why: programs };
  const complaints: string[] = [];
  let held = 0;
  for (const [name, scene] of Object.entries(scenes)) {
    const scenery = await openScene(programs, cache);
    try {
      const said = await scene(scenery);
      held += 1;
      complaints.push(...said.map((words) => `${name}: ${words}`));
    } finally {
      await scenery.close();
    }
  }
  const words = `in ${held} cases Gitaly ${gitalyVersion} does what stands for it does, and what it archives is read whole`;
  return { kind: "held", words, complaints };
}
