import type { PinKind } from "../../src/platform/pin.ts";
import { Dice } from "./dice.ts";

/** A version that a file fixes, known because the generator wrote it there. */
export interface Truth {
  readonly file: string;
  readonly kind: PinKind;
  readonly name: string;
  readonly version: string;
}

const apps = ["mlflow", "gitlab", "sharinghub", "keycloak", "registry-ui", "tracking", "gateway", "notebooks"] as const;
const parts = ["server", "worker", "proxy", "web", "migrate", "exporter", "scheduler", "sidecar"] as const;
const registries = [
  "registry.example.org/platform",
  "ghcr.io/example-org",
  "quay.io/example",
  "docker.io/example",
] as const;
const words = (
  "the platform keeps models data sets and notebooks for teams that train serve and watch them every night a job " +
  "copies what must not be lost to another place and a person checks that it can be read again before it is needed"
).split(" ") as [string, ...string[]];

/** A file being written. Whatever fixes a version passes through `pin` or `image`, which keep the truth. */
export class Draft {
  readonly path: string;
  readonly dice: Dice;
  readonly truth: Truth[] = [];

  constructor(path: string, seed: number) {
    this.path = path;
    this.dice = new Dice(seed);
  }

  /** Remembers a pin and returns its version, to be written. */
  pin(kind: PinKind, name: string, version: string = this.dice.release()): string {
    this.truth.push({ file: this.path, kind, name, version });
    return version;
  }

  /** A whole image reference. */
  image(): string {
    const name = this.imageName();
    const tag = this.dice.chance(8) ? "latest" : `${this.dice.chance(30) ? "v" : ""}${this.dice.release()}`;
    return `${name}:${this.pin("image", name, tag)}`;
  }

  imageName(): string {
    return `${this.dice.pick(registries)}/${this.dice.pick(apps)}-${this.dice.pick(parts)}`;
  }

  app(): string {
    return `${this.dice.pick(apps)}-${this.dice.pick(parts)}`;
  }

  /** `count` words of prose. */
  prose(count: number): string {
    return Array.from({ length: count }, () => this.dice.pick(words)).join(" ");
  }

  /** `count` pieces of text one after the other. */
  repeat(count: number, piece: (index: number) => string): string {
    return Array.from({ length: count }, (_, index) => piece(index)).join("");
  }
}
