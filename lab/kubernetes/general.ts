import { discoveryOf } from "./discovery.ts";
import { openApi2 } from "./openapi.ts";
import { type Attributes, isAllowed, rulesOf, type User } from "./rbac.ts";
import { type Asked, parsedBody } from "./request.ts";
import { type ObjectStore, Refused } from "./store.ts";

export interface Said {
  readonly status: number;
  readonly body: unknown;
  readonly type?: string;
}

/** A path of no API: the real server says so in plain words, without a Status. */
export const noSuchPath = new Refused(404, "NotFound", "404 page not found");

interface Review {
  readonly spec: {
    readonly namespace?: string;
    readonly resourceAttributes?: Partial<Attributes>;
  };
}

/** Discovery, and the questions what one may do. */
export function general(asked: Asked, store: ObjectStore): Said {
  const reviews = /^\/apis\/authorization\.k8s\.io\/v1\/selfsubject(access|rules)reviews$/.exec(asked.path);
  if (reviews !== null && asked.method === "POST") {
    const review = parsedBody<Review>(asked);
    const status =
      reviews[1] === "access" ? accessStatus(store, asked.user, review) : rulesStatus(store, asked.user, review);
    return { status: 201, body: { ...review, status } };
  }
  if (asked.method === "GET" && ["/healthz", "/livez", "/readyz"].includes(asked.path))
    return { status: 200, body: "ok", type: "text/plain" };
  if (asked.method === "GET" && asked.path === "/openapi/v2") return { status: 200, ...openApi2(asked.accept) };
  return discovered(asked, store);
}

function discovered(asked: Asked, store: ObjectStore): Said {
  const found = asked.method === "GET" ? discoveryOf(store.types(), asked) : undefined;
  if (found === undefined && isWithinApi(asked.path, store))
    throw new Refused(404, "NotFound", "the server could not find the requested resource", {});
  if (found === undefined) throw noSuchPath;
  const isAggregate = (found as { readonly kind?: string }).kind === "APIGroupDiscoveryList";
  const type = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  return { status: 200, body: found, ...(isAggregate ? { type } : {}) };
}

/** Whether the group and version of a path are served, if not the type. */
function isWithinApi(path: string, store: ObjectStore): boolean {
  const [root, first = "", second = ""] = path.split("/").slice(1);
  const [group, version] = root === "api" ? ["", first] : [first, second];
  return (
    (root === "api" || root === "apis") && store.types().some((one) => one.group === group && one.version === version)
  );
}

function accessStatus(store: ObjectStore, user: User, { spec }: Review): unknown {
  const { verb = "", group = "", resource = "", subresource, namespace, name } = spec.resourceAttributes ?? {};
  const or = (text: string | undefined): string | undefined => (text === "" ? undefined : text);
  const asked = { verb, group, resource, subresource: or(subresource), namespace: or(namespace), name: or(name) };
  return { allowed: isAllowed(store, user, asked) };
}

function rulesStatus(store: ObjectStore, user: User, { spec }: Review): unknown {
  const resourceRules = rulesOf(store, user, spec.namespace);
  return { resourceRules, nonResourceRules: [], incomplete: false };
}
