import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { chooseAgain } from "./choose-again.ts";
import { type Listening, listenHttp } from "./servers/listen.ts";
import { StateFolder } from "./state.ts";

const data = mkdtempSync(join(tmpdir(), "millwright-ports-"));
chmodSync(data, 0o755);
const open: Listening[] = [];
after(async () => {
  for (const one of open) await one.close();
  rmSync(data, { recursive: true, force: true });
});

const listen = async (port: number): Promise<Listening> => {
  const listening = await listenHttp((_request, response) => void response.end(), port);
  open.push(listening);
  return listening;
};

test("a port that somebody took after it was found free is chosen anew, and the others stay", async () => {
  const folder = new StateFolder(data, new Date());
  const said: string[] = [];
  const chosen: { readonly git: number; readonly login: number }[] = [];
  const start = async (): Promise<number> => {
    const ports = { git: await folder.port("git", undefined), login: await folder.port("login", undefined) };
    chosen.push(ports);
    if (chosen.length === 1) await listen(ports.git);
    return (await listen(ports.git)).port;
  };

  const port = await chooseAgain({ data, start, say: (line) => void said.push(line) });

  assert.equal(chosen.length, 2);
  assert.equal(port, chosen[1]?.git);
  assert.notEqual(chosen[1]?.git, chosen[0]?.git);
  assert.equal(chosen[1]?.login, chosen[0]?.login);
  assert.deepEqual(said, [`  somebody else took port ${chosen[0]?.git} meanwhile: choosing again`]);
});

test("another failure is thrown as it is, and a port that is taken each time ends it", async () => {
  const free = mkdtempSync(join(tmpdir(), "millwright-ports-"));
  chmodSync(free, 0o755);
  const say = (): void => undefined;
  let begun = 0;
  const broken = async (): Promise<never> => {
    begun += 1;
    throw new Error("no disk");
  };

  await assert.rejects(chooseAgain({ data: free, start: broken, say }), /no disk/);
  assert.equal(begun, 1);
  await assert.rejects(chooseAgain({ data, start: broken, say }), /no disk/);
  assert.equal(begun, 4);
  rmSync(free, { recursive: true, force: true });
});
