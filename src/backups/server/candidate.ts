import { validUntil } from "../receipts/receipt.ts";
import type { Sized } from "../schedule/forecast.ts";
import { proven } from "./catalogue.ts";
import type { KnownBackup } from "./read.ts";

/** A backup that the mirror knows, as retention does; which snapshots are its own is asked of the repository alone. */
export function candidateOf({ row, told }: KnownBackup, receiptHours: number | undefined): Sized {
  const { id, store, taken_at: takenAt, class: taken, bytes } = row;
  return {
    id,
    store,
    takenAt,
    class: taken,
    bytes,
    proven: told?.verdict === proven,
    spoiled: told?.verdict === "failed",
    receiptUntil: validUntil(takenAt, receiptHours),
    own: [],
    names: [],
  };
}
