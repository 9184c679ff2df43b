import { SkeletonCard } from "../../parts/skeletons.tsx";

/** As high as what comes, so that nothing jumps. */
export function OverviewSkeleton() {
  return (
    <>
      <div className="mw-worst">
        <SkeletonCard height={218} />
        <SkeletonCard height={218} />
        <SkeletonCard height={218} />
      </div>
      <div className="mw-strip">
        <SkeletonCard height={102} />
        <SkeletonCard height={102} />
        <SkeletonCard height={102} />
      </div>
      <SkeletonCard height={420} />
    </>
  );
}
