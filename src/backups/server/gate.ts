import * as z from "zod";
import type { ReceiptGate } from "../../engine/perform.ts";
import type { BackupsBinding } from "./config.ts";
import { askForReceipts, NamedReceipt } from "./receipts.ts";

/** What the engine asks before a step that can lose data begins: the repository itself, at that moment. */
export function receiptGate(binding: BackupsBinding): ReceiptGate {
  return async ({ named, ...asked }) => {
    const shown = named === undefined ? undefined : z.array(NamedReceipt).parse(named);
    return askForReceipts(binding, { ...asked, named: shown });
  };
}
