import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { openHttp } from "../edge/http.ts";
import { type LocalServer, serveLocally } from "../edge/local-server.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Pin } from "../platform/pin.ts";
import { askEndOfLife, endOfLifeInTable, parseEndOfLifeTable, productOf } from "./freshness-end-of-life.ts";
import { type OutdatedOptions, type OutdatedRow, outdated } from "./outdated.ts";
import { askWith } from "./sources/test-ask.ts";

const servers: LocalServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
const http = openHttp({ userAgent: "test" });
const now = "2026-11-20T12:00:00.000Z" as Instant;

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<LocalServer> {
  const server = await serveLocally(answer);
  servers.push(server);
  return server;
}

const table = parseEndOfLifeTable({
  schema: "millwright/end-of-life/1",
  at: "2026-08-22",
  products: {
    gitlab: {
      source: "https://eol.example.org/gitlab",
      charts: ["gitlab"],
      cycles: { "17.5": "2025-01-15", "18.11": "2026-07-16", "19.9": false },
    },
    postgresql: {
      source: "https://eol.example.org/pg",
      images: ["postgres"],
      cycles: { "16": "2028-11-09", "9.6": true, "9": "2099-01-01" },
    },
  },
});
const options: OutdatedOptions = { now, offline: false, upstreams: {}, endOfLife: table };

function pin(given: Partial<Pin> & Pick<Pin, "kind" | "name" | "version">): Pin {
  const place = {
    id: given.name,
    file: "a.yaml",
    line: 3,
    column: 1,
    range: [0, 1],
    path: "x",
    reader: "test",
  } as const;
  return { ...place, digest: null, source: null, state: "pinned", ...given };
}

async function rowsOf(pins: readonly Pin[], more: Partial<OutdatedOptions> = {}): Promise<readonly OutdatedRow[]> {
  return (await outdated(pins, askWith(http), { ...options, ...more })).rows;
}

const index = `entries:
  gitlab:
  - version: 8.5.1
    appVersion: v17.5.1
    created: 2024-10-22T00:00:00Z
  - version: 9.11.0
    appVersion: v18.11.0
    created: 2026-04-16T00:00:00Z
`;

test("a chart is judged by its index, and its end of life by the software it installs", async () => {
  const server = await serve((_request, response) => response.end(index));

  const [row] = await rowsOf([pin({ kind: "chart", name: "gitlab", version: "8.5.1", source: server.url })]);

  assert.deepEqual(row, {
    pin: "gitlab",
    file: "a.yaml",
    line: 3,
    name: "gitlab",
    kind: "chart",
    current: "8.5.1",
    newest: "9.11.0",
    next: null,
    behind: 1,
    ageDays: 759,
    endOfLife: {
      kind: "known",
      value: { product: "gitlab", cycle: "17.5", ended: true, until: "2025-01-15T00:00:00.000Z" },
      source: "https://eol.example.org/gitlab",
      at: "2026-08-22T00:00:00.000Z",
    },
    source: `${server.url}/index.yaml`,
    answeredAt: "2026-11-20T12:00:00.000Z",
    answerAgeHours: 0,
    state: "end-of-life",
  });
});

test("the next version of a system comes from its upgrade path", async () => {
  const server = await serve((_request, response) => response.end(index));
  const own = pin({ kind: "chart", name: "gitlab", version: "8.5.1", source: server.url });

  const [row] = await rowsOf([own], {
    nextAllowed: (_pin, current) => ({ kind: "known", value: `after ${current}`, source: "path" }),
  });

  assert.equal(row?.next, "after 8.5.1");
});

test("one upstream is asked once, whatever the number of its pins", async () => {
  const server = await serve((request, response) =>
    response.end(request.url?.endsWith("index.yaml") ? index : JSON.stringify({ tags: ["1.0.0", "1.1.0"] })),
  );
  const charts = Array.from({ length: 10 }, () =>
    pin({ kind: "chart", name: "gitlab", version: "8.5.1", source: server.url }),
  );
  const images = Array.from({ length: 10 }, () =>
    pin({ kind: "image", name: `${server.host}/team/app`, version: "1.0.0" }),
  );

  const rows = await rowsOf([...charts, ...images]);

  assert.deepEqual(server.asked, ["GET /index.yaml", "GET /v2/team/app/tags/list?n=1000"]);
  assert.ok(rows.every(({ behind }) => behind === 1));
});

test("a pin that holds a digest learns the digest to move to", async () => {
  const digest = `sha256:${"b".repeat(64)}`;
  const server = await serve((request, response) => {
    if (request.method === "HEAD") response.setHeader("docker-content-digest", digest);
    response.end(JSON.stringify({ tags: ["1.0.0", "1.1.0"] }));
  });

  const rows = await rowsOf([
    pin({ kind: "image", name: `${server.host}/a`, version: "1.0.0", digest: `sha256:${"a".repeat(64)}` }),
    pin({ kind: "image", name: `${server.host}/a`, version: "1.0.0" }),
  ]);

  assert.deepEqual(
    rows.map(({ nextDigest }) => nextDigest),
    [digest, undefined],
  );
  assert.equal(server.asked.filter((line) => line.startsWith("HEAD")).length, 1);
});

test("a tag that is not written is judged by what it becomes", async () => {
  const server = await serve((_request, response) => response.end(JSON.stringify({ tags: ["1.0.0", "1.1.0"] })));
  const effective = { kind: "known", value: "1.0.0", source: "the chart's appVersion" } as const;
  const own = pin({ kind: "image", name: `${server.host}/a`, version: null, state: "missing", effective });

  const [row] = await rowsOf([own]);

  assert.deepEqual([row?.current, row?.newest, row?.state], ["1.0.0", "1.1.0", "behind"]);
});

test("a range is judged by what its lock file holds, and a chart's software by shipped facts when no index answers", async () => {
  const effective = { kind: "known", value: "8.5.1", source: "Chart.lock:3" } as const;
  const own = pin({ kind: "chart", name: "gitlab", version: "~8.5", effective, source: "https://charts.example.org" });
  const ask = askWith(http, {}, { offline: true });

  const report = await outdated([own], ask, {
    ...options,
    appVersionOf: (chart, version) => `17.5.1 of ${chart} ${version}`.slice(0, 6),
  });

  assert.equal(report.rows[0]?.endOfLife.kind === "known" && report.rows[0].endOfLife.value.cycle, "17.5");
});

test("a repository written with and without .git is asked once", async () => {
  const commands: string[] = [];
  const git = {
    run: async (args: readonly string[]) => {
      commands.push(args.join(" "));
      return `${"a".repeat(40)}\trefs/tags/v1.1.0\n`;
    },
  };
  const own = (source: string): Pin => pin({ kind: "git", name: source, source, version: "v1.0.0" });

  const report = await outdated(
    [own("https://git.example.org/o/r"), own("https://git.example.org/o/r.git")],
    askWith(http, { git }),
    options,
  );

  assert.deepEqual(commands, ["ls-remote --tags -- https://git.example.org/o/r"]);
  assert.ok(report.rows.every(({ newest, why }) => newest === "v1.1.0" && why?.includes("does not list v1.0.0")));
});

test("what cannot be learnt is unknown in its own row, and the others stand", async () => {
  const good = await serve((_request, response) => response.end(JSON.stringify({ tags: ["1.0.0"] })));
  const garbage = await serve((_request, response) => response.end("<html>"));
  const cut = await serve((_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write('{"tags":');
    setImmediate(() => response.destroy());
  });
  const gone = await serve((_request, response) => response.writeHead(404).end());
  const image = (server: LocalServer): Pin => pin({ kind: "image", name: `${server.host}/a`, version: "1.0.0" });

  const rows = await rowsOf([
    image(good),
    image(garbage),
    image(cut),
    image(gone),
    pin({ kind: "package", name: "x", version: "1" }),
  ]);

  assert.deepEqual(
    rows.map(({ state }) => state),
    ["current", "unknown", "unknown", "unknown", "unknown"],
  );
  assert.match(rows[1]?.why ?? "", /not a list of tags/);
  assert.match(rows[2]?.why ?? "", /the connection was cut/);
  assert.match(rows[3]?.why ?? "", /has no 127/);
  assert.ok(rows.slice(1).every(({ howToLearn, behind }) => howToLearn !== undefined && behind === null));
});

test("offline without an answer every row is unknown, and end of life is still known", async () => {
  const ask = askWith(http, {}, { offline: true });

  const report = await outdated([pin({ kind: "image", name: "postgres", version: "9.6.24" })], ask, {
    ...options,
    offline: true,
  });

  assert.equal(report.schema, "millwright/outdated/1");
  assert.equal(report.offline, true);
  assert.match(report.rows[0]?.why ?? "", /no stored answer/);
  assert.equal(report.rows[0]?.state, "end-of-life");
});

test("a version belongs to its own line, the most exact one", () => {
  const ended = (product: string, version: string): unknown => {
    const fact = endOfLifeInTable(table, product, version, now);
    return fact.kind === "known" ? fact.value.ended : fact.kind;
  };

  assert.equal(ended("postgresql", "16.3"), false);
  assert.equal(ended("postgresql", "9.6.1"), true);
  assert.equal(ended("postgresql", "1.6"), "unknown");
  assert.equal(ended("gitlab", "v19.9.1"), false);
  assert.equal(ended("constructor", "1"), "unknown");
});

test("end of life is asked where a server is named, and the shipped dates stand in for it", async () => {
  const server = await serve((request, response) => {
    if (request.url === "/index.yaml") response.end(index);
    else if (request.url === "/api/gitlab.json")
      response.end(
        JSON.stringify([
          { cycle: "17.5", eol: "2026-11-21" },
          { cycle: 18, eol: false },
        ]),
      );
    else response.writeHead(500).end();
  });
  const own = pin({ kind: "chart", name: "gitlab", version: "8.5.1", source: server.url });

  const [asked] = await rowsOf([own], { endOfLifeUrl: `${server.url}/api` });
  const [shipped] = await rowsOf([own], { endOfLifeUrl: `${server.url}/broken` });

  assert.deepEqual([asked?.state, shipped?.state], ["behind", "end-of-life"]);
  assert.equal(asked?.endOfLife.kind === "known" && asked.endOfLife.source, `${server.url}/api/gitlab.json`);
  assert.equal((await askEndOfLife(askWith(http), `${server.url}/api`, "gitlab", "18.1", now)).kind, "known");
  assert.equal((await askEndOfLife(askWith(http), `${server.url}/api`, "gitlab", "1.0", now)).kind, "unknown");
});

test("the shipped end-of-life dates have the shape we read, sources, and lines that can be compared", () => {
  const shipped = parseEndOfLifeTable(
    JSON.parse(readFileSync(join(import.meta.dirname, "../systems/facts/end-of-life.json"), "utf8")),
  );

  assert.equal(productOf(shipped, "image", "docker.io/library/postgres"), "postgresql");
  assert.equal(productOf(shipped, "chart", "ingress-nginx"), "ingress-nginx");
  assert.equal(productOf(shipped, "image", "team/app"), undefined);
  assert.equal(productOf(shipped, "tool", "kubernetes"), "kubernetes");
  assert.equal(productOf(shipped, "git", "kubernetes"), undefined);
  for (const [product, { source, cycles }] of Object.entries(shipped.products)) {
    assert.match(source, /^https:\/\//);
    for (const [cycle, eol] of Object.entries(cycles)) {
      assert.ok(typeof eol === "boolean" || /^\d{4}-\d\d-\d\d$/.test(eol), `${product} ${cycle}`);
    }
  }
  const verdict = endOfLifeInTable(shipped, "kubernetes", "v1.31.4", now);
  assert.equal(verdict.kind === "known" && verdict.value.ended, true);
});
