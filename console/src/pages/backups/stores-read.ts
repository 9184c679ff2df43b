import type { Reply } from "../../api/types.ts";
import type { Read } from "../../api/use-read.ts";

export type StoresRead = Read<Reply<"/backups/stores">>;
