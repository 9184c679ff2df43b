import type { Credential, SourceFile } from "../platform/source.ts";

/** What looks like a secret in clear in a file. */
export function credentialsIn(file: SourceFile): readonly Credential[] {
  void file;
  return [];
}
