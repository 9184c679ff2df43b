import { useEffect, useState } from "react";

/**
 * Gives the keyboard back to what had it before, once this is gone. For dialogs that are there only while they are open; one that
 * stays, and is opened and closed, does so by itself.
 */
export function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // Somebody may have gone on to something else already.
      const isLost = document.activeElement === null || document.activeElement === document.body;
      if (isLost && before instanceof HTMLElement) before.focus({ preventScroll: true });
    },
    [before],
  );
}
