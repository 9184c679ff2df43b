import { Skeleton } from "@mantine/core";

/** Grey lines in the place of text that is on its way; as high as what will stand there, so that nothing jumps. */
export function SkeletonLines({ lines, height = 20 }: { readonly lines: number; readonly height?: number }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} style={{ height, display: "flex", alignItems: "center" }}>
          <Skeleton height={10} width={`${40 + ((line * 23) % 50)}%`} />
        </div>
      ))}
    </div>
  );
}

/** A card that is on its way. */
export function SkeletonCard({ height }: { readonly height: number }) {
  return (
    <div className="mw-card" role="status" aria-label="Loading" style={{ height, padding: 16 }}>
      <Skeleton height={12} width="30%" mb={12} />
      <Skeleton height={10} width="70%" mb={8} />
      <Skeleton height={10} width="55%" />
    </div>
  );
}
