import type { Random } from "../../random.ts";
import { type Pods, startPods } from "../pods.ts";
import { pause } from "../source-database.ts";
import type { SourceObjects } from "../source-objects.ts";
import { filesIn } from "./files.ts";
import { gitlabIn } from "./gitlab.ts";
import type { OtherKind } from "./kind.ts";
import { kubernetesIn } from "./kubernetes.ts";
import { redisIn } from "./redis.ts";
import { sqliteIn } from "./sqlite.ts";

/** The kinds beside PostgreSQL and buckets, in use, and the cluster that their pods are in. */
export class Others {
  readonly kinds: readonly OtherKind[];
  readonly pods: Pods;
  readonly #done: Promise<void>;
  #stopped = false;

  private constructor(kinds: readonly OtherKind[], pods: Pods, random: Random) {
    this.kinds = kinds;
    this.pods = pods;
    this.#done = this.#write(random);
  }

  /** `keys`: how the configuration names those of the object store; without one there is no GitLab. */
  static async start(
    root: string,
    random: Random,
    { objects, keys }: { readonly objects: SourceObjects | undefined; readonly keys: string },
  ): Promise<Others> {
    const pods = await startPods(root);
    const kinds = [
      filesIn(root, pods, random),
      sqliteIn(root, pods, random),
      await redisIn(root, random),
      kubernetesIn(pods, random),
      ...(objects === undefined ? [] : [gitlabIn(root, pods, objects, keys)]),
    ];
    return new Others(kinds, pods, random);
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await this.#done;
    for (const kind of this.kinds) await kind.close();
    this.pods.close();
  }

  async #write(random: Random): Promise<void> {
    while (!this.#stopped) {
      for (const kind of this.kinds) await kind.change();
      await pause(50 + random() * 200);
    }
  }
}
