import { SkeletonCard } from "../../parts/skeletons.tsx";

/** In the place of what the repository itself is asked for, which takes seconds: `what` is that. */
export function Asking({ what }: { readonly what: string }) {
  return (
    <>
      <p className="mw-bk-plain mw-dim">The repository is asked {what}. That takes some seconds.</p>
      <SkeletonCard height={420} />
    </>
  );
}
