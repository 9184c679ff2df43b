import { useEffect } from "react";

/** Texts that their place may cut off. */
const cuttable =
  ".mw-cut, .mw-two > *, .mw-tag > span, .mw-line-next, .mw-worst-why, .mw-worst-next, .mw-calendar-entry";

/** A text that its place cuts off is told whole to whoever points at it. One that has a title of its own keeps it. */
export function useCutTitles(): void {
  useEffect(() => {
    document.addEventListener("pointerover", tellWhole);
    return () => document.removeEventListener("pointerover", tellWhole);
  }, []);
}

function tellWhole({ target }: Event): void {
  const text = target instanceof Element ? target.closest<HTMLElement>(cuttable) : null;
  if (text === null || (text.title !== "" && text.dataset["cut"] === undefined)) return;
  const isCut = text.scrollWidth > text.clientWidth || text.scrollHeight > text.clientHeight + 1;
  text.title = isCut ? text.innerText : "";
  if (isCut) text.dataset["cut"] = "";
  else delete text.dataset["cut"];
}
