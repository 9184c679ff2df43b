import type { ServePorts } from "./serve-ports.ts";

/** How often it is looked; soon after the start, whose garbage is the most. */
export const lookAtMemoryMillis = 5_000;

/** So much more than after the last time is worth a pause. */
const worthBytes = 64_000_000;
/** Busier than a twentieth of a processor: somebody would wait for us. */
const quietMillis = lookAtMemoryMillis / 20;

/**
 * After a time of load V8 keeps what it took: it collects when memory is asked for, and in quiet times none is. Gives back what
 * is free once the process is quiet. Call the result every `lookAtMemoryMillis`.
 */
export function quietMemory(memory: ServePorts["memory"]): () => void {
  let usedBefore = memory.usedMillis();
  let heldAfterwards = 0;
  return () => {
    const used = memory.usedMillis();
    const isQuiet = used - usedBefore < quietMillis;
    usedBefore = used;
    if (!isQuiet || memory.held() - heldAfterwards < worthBytes) return;
    memory.giveBack();
    heldAfterwards = memory.held();
    usedBefore = memory.usedMillis();
  };
}
