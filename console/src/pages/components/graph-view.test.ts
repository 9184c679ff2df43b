import assert from "node:assert/strict";
import { test } from "node:test";
import { layOut } from "./graph-layout.ts";
import { carries, type GraphReply, healthOfNode, nextNode, pathOf, rolesOf, zoomed } from "./graph-view.ts";

function node(id: string): GraphReply["nodes"][number] {
  return { id, title: id, kind: "component", components: [] };
}

const graph: GraphReply = {
  nodes: [node("hub"), node("gitlab"), node("redis"), node("s3")],
  edges: [
    { from: "hub", to: "gitlab", why: "asks it" },
    { from: "gitlab", to: "redis", why: "queues" },
    { from: "gitlab", to: "s3", why: "files" },
    { from: "gitlab", to: "nowhere", why: "?" },
  ],
  alone: 0,
  order: [],
  of: ["redis"],
  affected: [
    { id: "gitlab", distance: 1 },
    { id: "hub", distance: 2 },
  ],
};
const layout = layOut(graph);

test("what needs others stands before what it needs, and no two boxes lie on each other", () => {
  const at = (id: string) => layout.boxes.find((box) => box.id === id) ?? { x: 0, y: 0 };

  assert.ok(at("hub").x < at("gitlab").x && at("gitlab").x < at("redis").x);
  assert.equal(at("redis").x, at("s3").x);
  assert.ok(Math.abs(at("redis").y - at("s3").y) > 46);
  assert.equal(layout.arrows.length, 3, "an arrow to what is not there is left out");
  assert.ok(layout.width > 500 && layout.height > 100);
});

test("trouble runs from what is chosen to all that need it, and nowhere else", () => {
  const roles = rolesOf(graph);

  assert.deepEqual(
    ["redis", "gitlab", "hub", "s3"].map((id) => roles.get(id)),
    ["focus", "affected", "affected", "apart"],
  );
  assert.deepEqual(
    layout.arrows.map((arrow) => carries(roles, arrow)),
    [true, true, false],
  );
  const { of: _, affected: __, ...plain } = graph;
  assert.equal(rolesOf(plain).get("s3"), "plain");
});

test("arrow keys lead along the arrows and along the column", () => {
  assert.equal(nextNode(layout, "hub", "ArrowRight"), "gitlab");
  assert.equal(nextNode(layout, "gitlab", "ArrowLeft"), "hub");
  const beside = [nextNode(layout, "redis", "ArrowDown"), nextNode(layout, "redis", "ArrowUp")];
  assert.ok(beside.includes("s3") && beside.includes(undefined));
  assert.equal(nextNode(layout, "nowhere", "ArrowDown"), undefined);
  assert.equal(nextNode(layout, "hub", "x"), undefined);
});

test("the worst that a node's components are is the node's health", () => {
  const components = [
    { name: "a", environment: "staging", version: null, health: "healthy" as const },
    { name: "a", environment: "production", version: null, health: "affected" as const },
  ];
  assert.equal(healthOfNode({ ...node("a"), components }), "affected");
  assert.equal(healthOfNode(node("a")), undefined);
});

test("the point that one zooms at stays where it is", () => {
  const nearer = zoomed({ x: 0, y: 0, width: 1000 }, 0.5, { x: 500, y: 200 }, 1000);

  assert.deepEqual(nearer, { x: 250, y: 100, width: 500 });
  assert.equal(zoomed({ x: 0, y: 0, width: 1000 }, 100, { x: 0, y: 0 }, 1000).width, 2000);
});

test("a line is drawn through its points", () => {
  assert.equal(pathOf([]), "");
  assert.equal(
    pathOf([
      { x: 0, y: 0 },
      { x: 1, y: 2 },
    ]),
    "M0 0L1 2",
  );
  assert.equal(
    pathOf([
      { x: 0, y: 0 },
      { x: 4, y: 4 },
      { x: 8, y: 8 },
    ]),
    "M0 0Q4 4 6 6L8 8",
  );
});
