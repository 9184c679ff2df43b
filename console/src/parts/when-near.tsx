import { type ReactNode, useEffect, useRef, useState } from "react";

/** Drawn once it is within a screen or so of the view, and from then on; about as high before as after. For long pages of cards. */
export function WhenNear({ height, children }: { readonly height: number; readonly children: ReactNode }) {
  const [isNear, setNear] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null || isNear) return undefined;
    const watch = new IntersectionObserver(
      (seen) => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) setNear(true);
      },
      { rootMargin: "900px" },
    );
    watch.observe(element);
    return () => watch.disconnect();
  }, [isNear]);
  return isNear ? (
    children
  ) : (
    <div ref={place} style={{ height }} aria-hidden="true">
      {" "}
    </div>
  );
}
