import { ActionIcon } from "@mantine/core";
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { Icon } from "../../parts/icon.tsx";
import { GraphBox } from "./graph-box.tsx";
import { type Layout, layOut } from "./graph-layout.ts";
import { carries, type GraphReply, nextNode, pathOf, rolesOf, type View, wholeOf, zoomed } from "./graph-view.ts";

interface PictureProps {
  readonly graph: GraphReply;
  readonly height: number;
  readonly onChoose: (id: string | undefined) => void;
}

/** The graph drawn: arrow keys go along it, Enter chooses, it is moved by dragging and zoomed with + and −, or Ctrl and the wheel. */
export function GraphPicture({ graph, height, onChoose }: PictureProps) {
  const { nodes, edges } = graph;
  const layout = useMemo(() => layOut({ nodes, edges }), [nodes, edges]);
  const [moved, setMoved] = useState<View>();
  const view = moved ?? wholeOf(layout);
  const picture = useRef<SVGSVGElement>(null);
  const zoom = (factor: number): void => {
    const middle = { x: view.x + view.width / 2, y: view.y + layout.height / 2 };
    setMoved(zoomed(view, factor, middle, layout.width));
  };
  return (
    <figure className="mw-card mw-graph" style={{ height }}>
      <figcaption className="mw-hidden">
        Who needs whom, in columns: what needs others before what it needs. The same stands in the table.
      </figcaption>
      <div className="mw-graph-zoom">
        <ActionIcon aria-label="Nearer" variant="default" onClick={() => zoom(0.8)}>
          <Icon name="plus" />
        </ActionIcon>
        <ActionIcon aria-label="Farther" variant="default" onClick={() => zoom(1.25)}>
          <Icon name="minus" />
        </ActionIcon>
        <ActionIcon aria-label="The whole" variant="default" onClick={() => setMoved(undefined)}>
          <Icon name="reload" />
        </ActionIcon>
      </div>
      <Drawing {...{ graph, layout, view, picture, onChoose, onView: setMoved }} />
    </figure>
  );
}

interface DrawingProps {
  readonly graph: GraphReply;
  readonly layout: Layout;
  readonly view: View;
  readonly picture: React.RefObject<SVGSVGElement | null>;
  readonly onView: (view: View) => void;
  readonly onChoose: (id: string | undefined) => void;
}

function Drawing({ graph, layout, view, picture, onView, onChoose }: DrawingProps) {
  const roles = rolesOf(graph);
  const [current, setCurrent] = useState(graph.of?.[0] ?? layout.boxes[0]?.id);
  const drag = useDrag(view, picture, onView);
  useWheel(view, layout.width, picture, onView);
  const byId = new Map(layout.boxes.map((box) => [box.id, box]));
  const distances = new Map((graph.affected ?? []).map(({ id, distance }) => [id, distance]));
  const onKeyDown = (event: KeyboardEvent, id: string): void => {
    if (event.key === "Enter" || event.key === " ") onChoose(roles.get(id) === "focus" ? undefined : id);
    else if (event.key === "Escape") onChoose(undefined);
    else {
      const next = nextNode(layout, id, event.key);
      if (next === undefined) return;
      setCurrent(next);
      picture.current?.querySelector<SVGElement>(`[data-node="${CSS.escape(next)}"]`)?.focus();
    }
    event.preventDefault();
  };
  return (
    <svg
      ref={picture}
      className="mw-graph-picture"
      viewBox={`${view.x} ${view.y} ${view.width} ${(view.width * layout.height) / Math.max(1, layout.width)}`}
      preserveAspectRatio="xMidYMid meet"
      role="group"
      aria-label="Dependency graph"
      {...drag}
    >
      <defs>
        <marker id="mw-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0 0L8 4L0 8z" className="mw-graph-head" />
        </marker>
        <marker id="mw-arrow-bad" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">
          <path d="M0 0L8 4L0 8z" className="mw-graph-head-bad" />
        </marker>
      </defs>
      {layout.arrows.map((arrow) => (
        <path
          key={`${arrow.from} ${arrow.to}`}
          className="mw-graph-arrow"
          data-carries={carries(roles, arrow) ? "" : undefined}
          data-apart={graph.of !== undefined && !carries(roles, arrow) ? "" : undefined}
          d={pathOf(arrow.points)}
          {...headOf(graph.of !== undefined, carries(roles, arrow))}
        >
          <title>{arrow.why}</title>
        </path>
      ))}
      {graph.nodes.map((node) => {
        const box = byId.get(node.id);
        return box === undefined ? undefined : (
          <GraphBox
            key={node.id}
            {...{ node, box }}
            role={roles.get(node.id) ?? "plain"}
            distance={distances.get(node.id)}
            focusable={node.id === current}
            onChoose={() => onChoose(roles.get(node.id) === "focus" ? undefined : node.id)}
            onKeyDown={(event) => onKeyDown(event, node.id)}
            onFocus={() => setCurrent(node.id)}
          />
        );
      })}
    </svg>
  );
}

/** What no trouble runs along steps back, its head too. */
function headOf(isChosen: boolean, isBad: boolean): { readonly markerEnd?: string } {
  if (isBad) return { markerEnd: "url(#mw-arrow-bad)" };
  return isChosen ? {} : { markerEnd: "url(#mw-arrow)" };
}

/** Ctrl and the wheel zoom at the pointer; the wheel alone scrolls the page. React's own listener could not hold the browser back. */
function useWheel(
  view: View,
  whole: number,
  picture: React.RefObject<SVGSVGElement | null>,
  onView: (view: View) => void,
): void {
  useEffect(() => {
    const element = picture.current;
    const onWheel = (event: WheelEvent): void => {
      const matrix = element?.getScreenCTM();
      if (!event.ctrlKey || matrix === null || matrix === undefined) return;
      event.preventDefault();
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
      onView(zoomed(view, event.deltaY > 0 ? 1.15 : 0.87, at, whole));
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, [view, whole, picture, onView]);
}

/** Moves the view with the pointer; boxes stay what is pressed. */
function useDrag(view: View, picture: React.RefObject<SVGSVGElement | null>, onView: (view: View) => void) {
  const from = useRef<{ readonly x: number; readonly y: number; readonly view: View }>(undefined);
  const scale = (): number => {
    const matrix = picture.current?.getScreenCTM();
    return matrix === null || matrix === undefined ? 1 : 1 / matrix.a;
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if ((event.target as Element).closest("[data-node]") === null)
        from.current = { x: event.clientX, y: event.clientY, view };
    },
    onPointerMove: (event: PointerEvent) => {
      const start = from.current;
      if (start === undefined || event.buttons === 0) return;
      const by = scale();
      onView({
        ...start.view,
        x: start.view.x - (event.clientX - start.x) * by,
        y: start.view.y - (event.clientY - start.y) * by,
      });
    },
    onPointerUp: () => {
      from.current = undefined;
    },
  };
}
