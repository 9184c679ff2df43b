import { counted } from "../../parts/counted.ts";
import { sizeText } from "./store-words.ts";

const width = 72;
const height = 20;

/** The sizes of the last backups, the oldest first, as a small line; in words for who does not see it. */
export function SizeTrend({ sizes }: { readonly sizes: readonly number[] }) {
  const last = sizes.at(-1);
  const [first] = sizes;
  if (last === undefined || first === undefined) return undefined;
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const x = (index: number): number => 2 + (index * (width - 4)) / Math.max(1, sizes.length - 1);
  const y = (size: number): number =>
    most === least ? height / 2 : height - 3 - ((size - least) / (most - least)) * 14;
  const words = `${counted(sizes.length, "backup")}, from ${sizeText(first)} to ${sizeText(last)}`;
  return (
    <span className="mw-bk-trend" title={words}>
      <span>{sizeText(last)}</span>
      {sizes.length < 2 ? undefined : (
        <svg width={width} height={height} role="img" aria-label={words}>
          <polyline points={sizes.map((size, index) => `${x(index)},${y(size)}`).join(" ")} />
          <circle cx={x(sizes.length - 1)} cy={y(last)} r={2} />
        </svg>
      )}
    </span>
  );
}
