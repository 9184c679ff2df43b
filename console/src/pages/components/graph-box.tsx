import type { KeyboardEvent } from "react";
import type { Box } from "./graph-layout.ts";
import { type GraphNode, healthOfNode, type Role } from "./graph-view.ts";

interface BoxProps {
  readonly node: GraphNode;
  readonly box: Box;
  readonly role: Role;
  readonly distance: number | undefined;
  readonly focusable: boolean;
  readonly onChoose: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onFocus: () => void;
}

const most = 24;

/** One component in the picture. Its text says to screen readers what the colours say to others. */
export function GraphBox({ node, box, role, distance, focusable, onChoose, onKeyDown, onFocus }: BoxProps) {
  const health = healthOfNode(node);
  const says = [
    node.title,
    node.detail,
    health,
    role === "focus" ? "chosen" : distance === undefined ? undefined : `feels it at distance ${distance}`,
  ];
  return (
    <g
      className="mw-graph-box"
      data-node={node.id}
      data-role={role}
      data-outside={node.outside === true ? "" : undefined}
      transform={`translate(${box.x - box.width / 2} ${box.y - box.height / 2})`}
      role="button"
      aria-pressed={role === "focus"}
      tabIndex={focusable ? 0 : -1}
      onClick={onChoose}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
    >
      {/* It is the name, too: a label beside it would have to repeat all that is drawn. */}
      <title>{says.filter((part) => part !== undefined).join(", ")}</title>
      <rect width={box.width} height={box.height} rx={6} />
      {health === undefined ? undefined : (
        <circle className="mw-graph-health" data-health={health} cx={box.width - 13} cy={13} r={4.5} />
      )}
      <text x={11} y={19} className="mw-graph-title">
        {cut(node.title, most - (health === undefined ? 0 : 2))}
      </text>
      <text x={11} y={36} className="mw-graph-detail">
        {distance === undefined
          ? cut(node.detail ?? "", most + 5)
          : distance === 1
            ? "feels it at once"
            : `feels it, ${distance} steps away`}
      </text>
    </g>
  );
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
