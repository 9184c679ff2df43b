import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { upgradeFactsData } from "../systems/upgrade-facts.ts";
import { loadFacts } from "./facts.ts";
import { affectedBy, graphAsDot, graphAsMermaid } from "./graph.ts";
import { layOut } from "./graph-layout.ts";
import { graphAsSvg } from "./graph-svg.ts";
import { blastRadius, type DependencyGraph, upgradeOrder } from "./order.ts";

const platform: DependencyGraph = loadFacts(upgradeFactsData).dependencies;
const flat = (graph: DependencyGraph) => upgradeOrder(graph).flatMap((step) => step.members);

test("what others need is upgraded first: GitLab, then SharingHub, then MLflow", () => {
  const order = flat(platform).filter((id) =>
    ["gitlab", "sharinghub", "mlflow-sharinghub", "redis", "kubernetes"].includes(id),
  );

  assert.deepEqual(order, ["redis", "kubernetes", "gitlab", "sharinghub", "mlflow-sharinghub"]);
});

test("components that need each other are one step with the order inside explained", () => {
  const [cycle, ...others] = upgradeOrder(platform).filter((step) => step.isCycle);

  assert.deepEqual(cycle?.members, ["sharinghub", "mlflow-sharinghub"]);
  assert.match(cycle?.why.join() ?? "", /MLflow asks SharingHub/);
  assert.deepEqual(others, []);
});

test("the blast radius holds all that needs a component, near ones first", () => {
  const affected = blastRadius(platform, "redis");

  assert.deepEqual(
    affected.map(({ id, distance, through }) => [id, distance, through]),
    [
      ["gitlab", 1, "redis"],
      ["sharinghub", 2, "gitlab"],
      ["mlflow-sharinghub", 3, "sharinghub"],
    ],
  );
  assert.deepEqual(blastRadius(platform, "argocd"), [], "nothing needs Argo CD to run");
  assert.throws(() => blastRadius(platform, "jenkins"), /No component "jenkins".*gitlab/);
});

const graphs: fc.Arbitrary<DependencyGraph> = fc
  .record({
    size: fc.integer({ min: 0, max: 9 }),
    pairs: fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })), { maxLength: 20 }),
    title: fc.string({ maxLength: 30 }),
  })
  .map(({ size, pairs, title }) => ({
    nodes: Array.from({ length: size }, (_, index) => ({
      id: `n${index}`,
      title: `${title}${index}`,
      kind: "application",
    })),
    edges: pairs.map(([from, to]) => ({ from: `n${from}`, to: `n${to}`, why: title })),
    inCycle: [],
  }));

test("every component is ordered once, and after all it needs outside its own cycle", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const steps = upgradeOrder(graph);
      const stepOf = new Map(steps.flatMap((step, index) => step.members.map((id) => [id, index] as const)));

      assert.deepEqual([...stepOf.keys()].sort(), graph.nodes.map((node) => node.id).sort());
      for (const edge of graph.edges) {
        const [from, to] = [stepOf.get(edge.from), stepOf.get(edge.to)];
        if (from !== undefined && to !== undefined) assert.ok(to <= from, `${edge.from} needs ${edge.to}`);
      }
    }),
  );
});

test("no two boxes touch, nothing leaves the picture, and every line is drawn", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const { boxes, lines, width, height } = layOut(graph);

      for (const box of boxes) {
        assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, box.id);
        for (const other of boxes) {
          const apart =
            box.x + box.width <= other.x ||
            other.x + other.width <= box.x ||
            box.y + box.height <= other.y ||
            other.y + other.height <= box.y;
          assert.ok(box === other || apart, `${box.id} and ${other.id}`);
        }
      }
      const ids = new Set(graph.nodes.map((node) => node.id));
      const drawable = graph.edges.filter((edge) => edge.from !== edge.to && ids.has(edge.from) && ids.has(edge.to));
      assert.equal(lines.length, drawable.length);
    }),
  );
});

test("a long line passes between boxes, not through them", () => {
  const { boxes, lines } = layOut(platform);

  for (const line of lines) {
    for (const point of line.points.slice(1, -1)) {
      const hit = boxes.find(
        (box) => point.x > box.x && point.x < box.x + box.width && point.y > box.y && point.y < box.y + box.height,
      );
      assert.equal(hit, undefined, `${line.edge.from} to ${line.edge.to} runs through ${hit?.id}`);
    }
  }
});

const hostile: DependencyGraph = {
  nodes: [
    { id: 'a"]; x', title: '</text><script>alert(1)</script>"]\n#', kind: 'x" onload="y', detail: "1.0 & <2>" },
    { id: "b", title: "B", kind: "datastore" },
  ],
  edges: [{ from: 'a"]; x', to: "b", why: '"<b>\u0000' }],
  inCycle: [],
};

test("text of a node cannot become markup in any rendering", () => {
  const svg = graphAsSvg(hostile);
  assert.doesNotMatch(svg, /<script|onload="/);
  assert.ok(!svg.includes("\u0000"));
  assert.match(svg, /&lt;script&gt;/);
  assert.equal((graphAsDot(hostile).match(/(?<!\\)"/g) ?? []).length % 2, 0);
  const labels = graphAsMermaid(hostile)
    .split("\n")
    .filter((line) => line.includes("["));
  assert.equal(labels.length, 2);
  assert.match(labels[0] ?? "", /^ {2}n0\["#lt;\/text#gt;.*"\]$/);
});

test("a focus marks what it affects and leaves the rest apart", () => {
  assert.match(graphAsMermaid(platform, ["s3"]), /\["S3 object storage"\]:::focus/);
  assert.match(graphAsMermaid(platform, ["s3"]), /\["Redis"\]:::apart/);
  assert.match(graphAsDot(platform, ["s3"]), /"s3" \[label="S3 object storage", penwidth=3\]/);
  assert.match(graphAsSvg(platform, ["s3"]), /class="application affected"><title>GitLab/);
  assert.throws(() => graphAsSvg(platform, ["nothing"]), /No component/);
});

test("the picture needs nothing from outside and follows the reader's light or dark", () => {
  const svg = graphAsSvg(platform);

  assert.doesNotMatch(svg.replace("http://www.w3.org/2000/svg", ""), /https?:|@import|url\((?!#)|<script/);
  assert.match(svg, /prefers-color-scheme:dark/);
  const listed = [...svg.matchAll(/class="reason"[^>]*>([^<]*)</g)].map(([, line]) => line).join(" ");
  for (const node of platform.nodes) assert.ok(svg.includes(`>${node.title}</text>`));
  for (const { why } of platform.edges) assert.ok(listed.includes(`: ${why}`), why);
});

test("however many components there are, the picture is not wider than a screen and no label is cut", () => {
  const names = Array.from(
    { length: 60 },
    (_, index) => `component-with-a-rather-long-name-${index}-in-all-its-environments`,
  );
  const many: DependencyGraph = {
    nodes: [
      ...platform.nodes,
      ...names.map((id) => ({ id, title: id, kind: "component", detail: "1.2.3 in production" })),
    ],
    edges: [...platform.edges, ...names.slice(30).map((to) => ({ from: "gitlab", to, why: "test" }))],
    inCycle: [],
  };

  const svg = graphAsSvg(many);

  assert.ok(Number(/ width="([\d.]+)"/.exec(svg)?.[1]) <= 1400);
  assert.doesNotMatch(svg, /…/);
  const block = layOut(many).boxes.filter(({ id }) => names.slice(0, 30).includes(id));
  assert.ok(new Set(block.map(({ y }) => y)).size <= 15, "unconnected ones stand beside each other");
});

test("of several in focus, each affected one is told once and by the nearest way", () => {
  const affected = affectedBy(platform, ["postgresql-gitlab", "postgresql-mlflow"]);

  assert.deepEqual(
    affected.map(({ id, distance }) => [id, distance]),
    [
      ["gitlab", 1],
      ["mlflow-sharinghub", 1],
      ["sharinghub", 2],
    ],
  );
});

test("in any graph each component stands once, with those that need each other, after all else that it needs", () => {
  const name = (index: number): string => `n${index}`;
  const edges = fc.array(fc.tuple(fc.nat(10), fc.nat(10)), { maxLength: 20 });
  fc.assert(
    fc.property(fc.nat(10), edges, (count, pairs) => {
      const nodes = Array.from({ length: count }, (_, index) => ({ id: name(index), title: "", kind: "" }));
      const graph = { nodes, edges: pairs.map(([a, b]) => ({ from: name(a), to: name(b), why: "" })), inCycle: [] };

      const steps = upgradeOrder(graph).map(({ members }) => members);

      assert.deepEqual(steps.flat().toSorted(), nodes.map(({ id }) => id).toSorted());
      const place = new Map(steps.flatMap((members, index) => members.map((id) => [id, index] as const)));
      const known = graph.edges.filter(({ from, to }) => place.has(from) && place.has(to));
      for (const { from, to } of known) assert.ok((place.get(to) ?? 0) <= (place.get(from) ?? 0));
      for (const members of steps)
        for (const id of members) {
          const feels = new Set(blastRadius(graph, id).map((one) => one.id));
          assert.ok(members.every((other) => other === id || feels.has(other)));
        }
    }),
  );
});
