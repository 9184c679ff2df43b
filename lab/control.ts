import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import { InputError, messageOf } from "../src/kernel/errors.ts";
import type { Applied, Faults } from "./faults/faults.ts";
import { faults as known } from "./faults/index.ts";
import type { Lab } from "./lab.ts";
import { type Door, doorPage, letIn, refusalOf } from "./panel/door.ts";
import { panelPage } from "./panel/panel.ts";
import type { Part } from "./part.ts";
import { environmentNames } from "./platform.ts";
import { listenHttp } from "./servers/listen.ts";

/** A message that the control plane sent to people. */
export interface Notice {
  readonly at: string;
  readonly text: string;
}

export interface ControlOptions {
  readonly lab: Lab;
  readonly faults: Faults;
  readonly port: number;
  /** Whoever has it may do everything that the panel can. */
  readonly token: string;
  readonly now: () => Date;
  /** Asked to end the lab; answered before it does. */
  readonly stop: () => void;
}

/** Where people find it. */
export interface Panel extends Part {
  readonly url: string;
}

const FaultCall = z.strictObject({
  id: z.string().min(1),
  target: z.string().min(1).optional(),
  seed: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 31)
    .default(1),
});

/**
 * The lab's own HTTP on the loopback: the panel for people, `/api` for the command line. Everything but the panel's door asks for
 * the token: as a bearer, or as a cookie that the browser sends to nobody else (SameSite=Strict), with an Origin that is ours.
 */
export async function startControl(options: ControlOptions): Promise<Panel> {
  const notices: Notice[] = [];
  const { port, close } = await listenHttp((request, response) => {
    void answer(options, notices, request, response).catch((thrown: unknown) => {
      if (response.headersSent) return void response.destroy();
      const status = thrown instanceof InputError ? 422 : 500;
      send(response, status, { error: messageOf(thrown) });
    });
  }, options.port);
  return { name: "panel", url: `http://127.0.0.1:${port}`, close };
}

/** One call, after it was let in. */
interface Call {
  readonly options: ControlOptions;
  readonly notices: Notice[];
  readonly asked: URL;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function answer(
  options: ControlOptions,
  notices: Notice[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const asked = new URL(request.url ?? "/", "http://127.0.0.1");
  const door = { token: options.token, accounts: options.lab.accounts };
  const refusal = refusalOf(door, asked, request);
  if (refusal === undefined || refusal.status === 401) {
    const at = `${request.method} ${asked.pathname}`;
    if (at === "POST /login") return logIn(door, request, response);
    if (at === "GET /" && refusal !== undefined) return sendPage(response, doorPage(undefined), 401);
  }
  if (refusal !== undefined) return send(response, refusal.status, { error: refusal.error });
  const route = routes[`${request.method} ${asked.pathname}`];
  if (route === undefined) return send(response, 404, { error: "there is no such page" });
  await route({ options, notices, asked, request, response });
}

async function logIn(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const password = new URLSearchParams(await bodyOf(request)).get("password") ?? "";
  if (!letIn(door, password, response)) sendPage(response, doorPage("No login has it."), 401);
}

const routes: Readonly<Record<string, (call: Call) => void | Promise<void>>> = {
  "GET /": ({ options, notices, asked, response }) =>
    sendPage(response, panelPage({ ...options, notices, said: asked.searchParams.get("said") ?? undefined })),
  "GET /api/status": ({ options, response }) => send(response, 200, statusOf(options)),
  "GET /api/ledger": ({ options, response }) => send(response, 200, options.lab.ledger.entries().slice(-500)),
  "POST /notices": async ({ options, notices, request, response }) => {
    notices.unshift({ at: options.now().toISOString(), text: textOfNotice(await bodyOf(request)) });
    notices.splice(50);
    send(response, 204, undefined);
  },
  "POST /api/faults": async ({ options, request, response }) =>
    send(response, 200, await applyFault(options, JSON.parse(await bodyOf(request)))),
  "POST /api/mend": async ({ options, request, response }) =>
    send(response, 200, await mendFault(options, JSON.parse(await bodyOf(request)))),
  "POST /api/stop": ({ options, response }) => {
    send(response, 202, { stopping: true });
    options.stop();
  },
  "POST /faults": fromForm,
  "POST /mend": fromForm,
};

async function applyFault({ faults, now }: ControlOptions, body: unknown): Promise<Applied> {
  const call = callOf(body);
  return faults.apply(call.id, call.target, call.seed, now().toISOString());
}

async function mendFault({ faults }: ControlOptions, body: unknown): Promise<{ readonly mended: string }> {
  const call = callOf(body);
  return { mended: await faults.mend(call.id, call.target) };
}

function callOf(body: unknown): z.infer<typeof FaultCall> {
  const call = FaultCall.safeParse(body);
  if (call.success) return call.data;
  throw new InputError(`this is no call of a fault: ${z.prettifyError(call.error)}`);
}

async function fromForm({ options, asked, request, response }: Call): Promise<void> {
  const form = new URLSearchParams(await bodyOf(request));
  const call = Object.fromEntries([...form].filter(([, value]) => value !== ""));
  let said: string;
  try {
    if (asked.pathname === "/mend") said = `mended: ${(await mendFault(options, call)).mended}`;
    else said = saidOf(await applyFault(options, call));
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    said = thrown.message;
  }
  response.writeHead(303, { location: `/?said=${encodeURIComponent(said)}` });
  response.end();
}

function saidOf({ target, note }: Applied): string {
  return note === undefined ? `done to ${target}` : `done to ${target}: ${note}`;
}

/** How the lab stands, for `lab status`. */
function statusOf({ lab, faults }: Pick<ControlOptions, "lab" | "faults">) {
  const { api, worker } = lab.controlPlane.pids();
  return {
    data: lab.folder.folder,
    console: lab.controlPlane.url,
    login: `http://127.0.0.1:${lab.ports.login}`,
    git: lab.git.cloneUrl,
    objectStore: lab.objectStore?.url ?? "not set up",
    processes: { lab: process.pid, api, worker },
    environments: environmentNames.map((name) => {
      const one = lab.environments[name];
      return {
        name,
        cluster: one.cluster.url,
        gitlab: one.urls.gitlab,
        version: one.gitlab.version,
        hub: one.urls.hub,
        postgresql: one.postgresql.isUp() ? "up" : "down",
        redis: one.redis.isUp() ? "up" : "down",
      };
    }),
    faults: known.map(({ id, title, really, targets }) => ({ id, title, really, targets: targets(lab) })),
    applied: faults.applied(),
  };
}

function textOfNotice(body: string): string {
  try {
    const notice = JSON.parse(body) as {
      readonly title?: unknown;
      readonly text?: unknown;
      readonly subject?: unknown;
    };
    const words = [notice.title, notice.subject, notice.text].filter((one) => typeof one === "string");
    return words.length > 0 ? words.join(": ") : body.slice(0, 300);
  } catch {
    return body.slice(0, 300);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString("utf8");
    if (text.length > 1_000_000) throw new InputError("this is too long");
  }
  return text;
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(value === undefined ? "" : JSON.stringify(value));
}

function sendPage(response: ServerResponse, page: string, status = 200): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "content-security-policy":
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  });
  response.end(page);
}
