import { allOf } from "../../lines.ts";
import type { OwnProving } from "../../store-kind.ts";
import { ownerOfBundle } from "./archive-owners.ts";
import { longestHead } from "./bundle-head.ts";
import { BundleSteps } from "./bundle-steps.ts";
import { type BundleBench, fullBackup, type Looked } from "./open-bundle.ts";

/** Of one repository in an archive. */
export type Judged =
  | { readonly kind: "whole"; readonly bundles: readonly string[] }
  | { readonly kind: "empty" }
  | { readonly kind: "damaged"; readonly bundles?: readonly string[]; readonly why: string }
  | { readonly kind: "unknown"; readonly bundles?: readonly string[]; readonly why: string; readonly toDo: string };

/** By a file's name whether it is of a step that stands on others. */
const isOfLaterStep = /\/(?!001\.)\d{3,}\.(?:bundle|refs)$/;

/**
 * What became of each bundle of an archive. Those of one repository stand together there, as tar walks a folder: they alone are on the
 * disk at a time.
 */
export class OpenedBundles {
  readonly #bench: BundleBench;
  readonly #pointed: OwnProving["pointed"];
  readonly #files = new Set<string>();
  readonly #looked = new Map<string, Exclude<Looked, { kind: "whole" | "void" }>>();
  /** Of each later step, on which bundle it was opened. */
  readonly #on = new Map<string, string | undefined>();
  #steps: BundleSteps | undefined;
  #pointers = 0;

  constructor(bench: BundleBench, pointed: OwnProving["pointed"]) {
    [this.#bench, this.#pointed] = [bench, pointed];
  }

  get files(): ReadonlySet<string> {
    return this.#files;
  }

  /** Of Git LFS', in all of them. */
  get pointers(): number {
    return this.#pointers;
  }

  async look(file: string, size: number, content: AsyncIterable<Uint8Array>): Promise<void> {
    const steps = await this.#stepsOf(file);
    const looked = await steps.look(file, { size, content, isLater: isOfLaterStep.test(file) });
    if (looked.kind === "void") return;
    this.#keep(file, looked);
    this.#files.add(file);
  }

  /** A list of refs. */
  async note(file: string, size: number, content: AsyncIterable<Uint8Array>): Promise<void> {
    if (!isOfLaterStep.test(file) || size > longestHead) return;
    (await this.#stepsOf(file)).note(file, Buffer.concat(await allOf(content)).toString("utf8"));
  }

  /** To be called once all were seen. */
  async settle(): Promise<void> {
    for (const [file, { looked, on }] of (await this.#steps?.play()) ?? []) {
      this.#keep(file, looked);
      this.#on.set(file, on);
    }
    await this.#steps?.clear();
    this.#steps = undefined;
  }

  /** A bundle that is all of its repository. */
  judge(name: string, bundle: string): Judged {
    const looked = this.#looked.get(bundle) ?? { kind: "whole" };
    const bundles = [bundle];
    switch (looked.kind) {
      case "whole":
        return { kind: "whole", bundles };
      case "damaged":
        return { kind: "damaged", bundles, why: notBack(name, looked.why) };
      case "unknown":
        return { kind: "unknown", bundles, why: `${name} was not proven: ${looked.why}`, toDo: looked.toDo };
    }
  }

  /** Bundles each of which is on top of the one before, as the archive says. */
  judgeSteps(name: string, bundles: readonly string[]): Judged {
    for (const [index, bundle] of bundles.entries()) {
      const [on, below] = [this.#on.get(bundle), bundles[index - 1]];
      const judged = this.judge(name, bundle);
      if ((this.#on.has(bundle) || judged.kind === "whole") && on !== below) {
        const why = `${name} was not proven: by the names of its steps ${bundle} is on ${on ?? "none"}, and the archive puts it on ${below ?? "none"}`;
        return { kind: "unknown", bundles, why, toDo: fullBackup };
      }
      if (judged.kind !== "whole") return judged;
    }
    return { kind: "whole", bundles };
  }

  /** What is damaged, by file: whose it is can be told at the archive's end alone. */
  damaged(): readonly string[] {
    return [...this.#looked].flatMap(([file, { kind, why }]) => (kind === "damaged" ? [notBack(file, why)] : []));
  }

  #keep(file: string, looked: Looked): void {
    if (looked.kind === "whole" || looked.kind === "void") this.#looked.delete(file);
    else this.#looked.set(file, looked);
  }

  async #stepsOf(file: string): Promise<BundleSteps> {
    const repository = ownerOfBundle(file);
    if (this.#steps?.repository === repository) return this.#steps;
    await this.settle();
    this.#steps = new BundleSteps(repository, this.#bench, (one) => {
      this.#pointers += 1;
      this.#pointed?.({ repository, ...one });
    });
    return this.#steps;
  }
}

function notBack(name: string, why: string): string {
  return `${name} does not come back from the archive: ${why}`;
}
