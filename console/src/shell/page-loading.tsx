import { SkeletonCard, SkeletonLines } from "../parts/skeletons.tsx";

/** While a page's code or the first answer is on its way. */
export function PageLoading() {
  return (
    <div className="mw-page">
      <SkeletonLines lines={2} height={26} />
      <SkeletonCard height={420} />
    </div>
  );
}
