import { type RefObject, useLayoutEffect, useState } from "react";

/** Where an element begins, in pixels from the head of the page: what a list of which only a part is drawn reckons from. */
export function useTop(of: RefObject<Element | null>): number {
  const [top, setTop] = useState(0);
  // Whatever stands above may have grown with any draw; the same place sets nothing.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  useLayoutEffect(() => {
    const place = (of.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    setTop((before) => (Math.abs(before - place) > 1 ? place : before));
  });
  return top;
}
