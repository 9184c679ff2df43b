import type { Reply } from "../../api/types.ts";

export type WholeBackup = Reply<"/backups/{id}">;
