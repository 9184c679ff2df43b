import { counted } from "../../../kernel/count.ts";
import type { FilesStore } from "../../../platform/backup-stores.ts";
import type { StoreKind } from "../../store-kind.ts";
import { FilesBody } from "./body.ts";
import { keys } from "./keys.ts";
import { prove } from "./prove.ts";
import { restore } from "./restore.ts";
import { take } from "./take.ts";

const byCommand = "by the application's own command";

/** Files on a pod's volumes, by its own tar. */
export const files: StoreKind<FilesStore, FilesBody> = {
  id: "files",
  turn: "rest",
  body: FilesBody,
  take,
  prove,
  restore,
  lists: { where: ({ paths }) => ({ kind: "folders", paths }), keys },
  summary: ({ files: count, bytes }) => `${counted(count, "file")}, ${bytes} bytes`,
  facts: ({ pod, paths, missing, quiesced, down, entries }) => [
    ["pod", pod],
    ["paths", paths.join(", ")],
    ...(missing.length === 0 ? [] : ([["not there", missing.join(", ")]] as const)),
    ["held still", down ? "the application was down" : quiesced ? byCommand : "no: files may be of different moments"],
    ["entries", `${entries}, with folders and links`],
  ],
  doesNotCover: ["extended attributes and access control lists, where the pod's tar leaves them out"],
};
