import type { Manifest } from "../oracle.ts";

/** A store of another kind in use: somebody writes to it all the while, and what comes back can be told from what never was. */
export interface OtherKind {
  /** As its backups name it. */
  readonly kind: string;
  /** `grafana/files` */
  readonly store: string;
  /** Its line among the stores of the configuration. */
  readonly declared: string;
  /** The program that reads it, in its pod or beside the runner. */
  readonly program: RegExp;
  /** Somebody writes. */
  change(): void | Promise<void>;
  /** What is wrong with what came back; each part lies in the folder by the id of its snapshot. */
  wrong(manifest: Manifest, folder: string): Promise<readonly string[]>;
  close(): void | Promise<void>;
}

/** The bytes of the part with this name. */
export function partOf({ parts }: Manifest, file: string): string {
  const found = parts.find((part) => part.file === file);
  if (found === undefined) throw new Error(`its manifest names no ${file}`);
  return found.snapshot;
}
