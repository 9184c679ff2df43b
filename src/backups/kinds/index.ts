import { InputError } from "../../kernel/errors.ts";
import type { Manifest } from "../repository/manifest.ts";
import type { AnyStoreKind } from "../store-kind.ts";
import { files } from "./files/index.ts";
import { gitlab } from "./gitlab/index.ts";
import { kubernetes } from "./kubernetes/index.ts";
import { millwright } from "./millwright/index.ts";
import { objects } from "./objects/index.ts";
import { postgresql } from "./postgresql/index.ts";
import { redis } from "./redis/index.ts";
import { sqlite } from "./sqlite/index.ts";

/** Every kind of store that is backed up. */
const kinds: readonly AnyStoreKind[] = [postgresql, millwright, sqlite, files, redis, objects, kubernetes, gitlab];

/** Throws `InputError` for a kind that this version does not have. */
export function kindOf(id: string): AnyStoreKind {
  const found = kinds.find((one) => one.id === id);
  if (found !== undefined) return found;
  throw new InputError(
    `stores of the kind ${id} are not backed up by this version; it knows ${kinds.map((one) => one.id).join(", ")}`,
  );
}

/** A manifest's body, as its kind reads it; throws `InputError` when it is none. */
export function bodyOf({ id, kind, body }: Manifest): unknown {
  const parsed = kindOf(kind).body.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(
    `the manifest of ${id} is none that this version reads: ${issue?.path.join(".")} ${issue?.message}`,
  );
}
