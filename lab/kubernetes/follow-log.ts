import type { ServerResponse } from "node:http";
import { type LogBook, shownOf } from "./logs.ts";
import { getObject } from "./read.ts";
import type { Asked, Target } from "./request.ts";
import type { ObjectStore } from "./store.ts";

/** Under which key the log lies that is asked for. */
export function logKey({ namespace = "", name = "" }: Target, { query }: Asked, logs: LogBook): string {
  const key = logs.keyOf(namespace, name, query.get("container") ?? undefined);
  return query.get("previous") === "true" ? `${key}/previous` : key;
}

/** Sends what is there and then what comes, until the client goes or the pod has ended. */
export function followLog(
  target: Target,
  asked: Asked,
  response: ServerResponse,
  { store, logs }: { readonly store: ObjectStore; readonly logs: LogBook },
): void {
  getObject(store, target);
  const key = logKey(target, asked, logs);
  response.writeHead(200, { "content-type": "text/plain" });
  response.flushHeaders();
  response.write(shownOf(logs.get(key) ?? "", asked.query));
  const stop = logs.follow(key, (added) => void response.write(added));
  const isOver = (): boolean => {
    const pod = store.get(target.served, target.namespace, target.name ?? "");
    const { phase } = (pod?.["status"] ?? {}) as { readonly phase?: string };
    return pod === undefined || phase === "Succeeded" || phase === "Failed";
  };
  const look = (): void => void (isOver() && response.end());
  const unwatch = store.watch(look);
  response.on("close", () => {
    stop();
    unwatch();
  });
  look();
}
