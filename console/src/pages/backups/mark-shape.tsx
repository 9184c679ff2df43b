import type { MarkKind } from "./time-line-marks.ts";

/** A restore point's sign: form and colour say the same. */
export function MarkShape({ kind, x, y }: { readonly kind: MarkKind; readonly x: number; readonly y: number }) {
  return (
    <g className="mw-bk-mark" data-kind={kind} transform={`translate(${x} ${y})`}>
      <circle className="mw-bk-target" r={11} />
      <Shape of={kind} />
    </g>
  );
}

function Shape({ of: kind }: { readonly of: MarkKind }) {
  switch (kind) {
    case "proven":
      return <circle r={5} />;
    case "not-proven":
      return <circle r={4.5} data-hollow="" />;
    case "sampled":
      return (
        <>
          <circle r={4.5} data-hollow="" />
          <circle r={2} />
        </>
      );
    case "failed":
      return <path d="M-4.5 -4.5L4.5 4.5M4.5 -4.5L-4.5 4.5" />;
    case "removed":
      return <circle r={2.5} data-hollow="" />;
    case "lost":
      return <path d="M0 -6L6 0L0 6L-6 0Z" data-hollow="" />;
  }
}
