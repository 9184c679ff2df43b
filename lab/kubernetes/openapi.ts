import { apiVersionOf, type ServedType } from "./types.ts";

interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly [extension: string]: unknown;
}

const text = (description: string): Schema => ({ description, type: "string" });
const count = (description: string): Schema => ({ description, type: "integer", format: "int32" });
const loose = (description: string): Schema => ({
  description,
  type: "object",
  "x-kubernetes-preserve-unknown-fields": true,
});
const fields = (description: string, properties: Schema["properties"] = {}): Schema => ({
  ...loose(description),
  properties,
});

/** What is said of the fields that people ask `kubectl explain` for; all others are allowed, and not described. */
const specs: Readonly<Record<string, Schema>> = {
  Deployment: fields("What is wanted of the Deployment.", {
    replicas: count("Number of pods wanted; 1 when left out."),
    paused: { description: "Whether the roll-out is paused.", type: "boolean" },
    selector: loose("Labels by which its pods are found; cannot be changed."),
    strategy: loose("How old pods are replaced by new ones."),
    template: loose("What its pods look like."),
  }),
  StatefulSet: fields("What is wanted of the StatefulSet.", {
    replicas: count("Number of pods wanted; 1 when left out."),
    serviceName: text("The Service that names its pods."),
    selector: loose("Labels by which its pods are found; cannot be changed."),
    template: loose("What its pods look like."),
    volumeClaimTemplates: {
      description: "Volumes that each pod gets; cannot be changed.",
      type: "array",
      items: { type: "object" },
    },
  }),
  Job: fields("What is wanted of the Job.", {
    backoffLimit: count("Failed pods after which the Job has failed; 6 when left out."),
    template: loose("What its pods look like; cannot be changed."),
  }),
  Certificate: fields("What is wanted of the certificate.", {
    secretName: text("The Secret that holds the certificate and its key."),
    duration: text("How long a certificate is valid; 2160h when left out."),
    renewBefore: text("How long before its end it is renewed."),
    dnsNames: { description: "Host names.", type: "array", items: { type: "string" } },
    issuerRef: loose("Who issues it."),
  }),
  Application: fields("What is wanted of the Application.", {
    project: text("The AppProject whose rules hold."),
    source: loose("Where the manifests come from."),
    sources: { description: "Several places instead of one.", type: "array", items: { type: "object" } },
    destination: loose("The cluster and the namespace."),
    syncPolicy: loose("Whether and how it is synced by itself."),
  }),
};

const metadata = fields("Standard object's metadata.", {
  name: text("Unique within its namespace."),
  namespace: text("The space within which the name is unique."),
  labels: { description: "By which objects are chosen.", type: "object", additionalProperties: { type: "string" } },
  annotations: { description: "What programs note.", type: "object", additionalProperties: { type: "string" } },
});

const prefixOf = (apiVersion: string): string =>
  apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`;

/** OpenAPI v3 as kubectl reads it: which types check fields at the server, how they are merged, and what `explain` prints. */
export function openApi(types: readonly ServedType[], path: string): unknown {
  if (path === "/openapi/v3") {
    const prefixes = [...new Set(types.map(apiVersionOf))].map(prefixOf);
    return {
      paths: Object.fromEntries(prefixes.map((one) => [one, { serverRelativeURL: `/openapi/v3/${one}?hash=LAB` }])),
    };
  }
  const own = types.filter((type) => path === `/openapi/v3/${prefixOf(apiVersionOf(type))}`);
  if (own.length === 0) return undefined;
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "lab" },
    paths: Object.fromEntries(own.flatMap(pathsOf)),
    components: { schemas: Object.fromEntries(own.map((type) => [schemaName(type), schemaOf(type)])) },
  };
}

const firstVersion = { swagger: "2.0", info: { title: "Kubernetes", version: "lab" }, paths: {}, definitions: {} };
/** Asked for as `…spec.v2@v1.0+protobuf`; an `@` is no media type, so the answer says it otherwise. */
const asProtobuf = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/**
 * OpenAPI v2, which kubectl asks for before 1.24, and as protocol buffers alone (google/gnostic-models openapiv2/OpenAPIv2.proto:
 * `swagger` is field 1, `info` 2 with `title` 1 and `version` 2, `paths` 8, `definitions` 9). It describes no type: what is not
 * described such a kubectl does not check, and leaves to the server.
 */
export function openApi2(accept: string): { readonly body: unknown; readonly type: string } {
  if (!accept.includes("openapi.spec.v2")) return { body: firstVersion, type: "application/json" };
  const field = (number: number, content: Buffer): Buffer =>
    Buffer.concat([Buffer.from([number * 8 + 2, content.length]), content]);
  const { swagger, info } = firstVersion;
  const about = Buffer.concat([field(1, Buffer.from(info.title)), field(2, Buffer.from(info.version))]);
  const nothing = Buffer.alloc(0);
  const body = Buffer.concat([field(1, Buffer.from(swagger)), field(2, about), field(8, nothing), field(9, nothing)]);
  return { body, type: asProtobuf };
}

function schemaName({ group, version, kind }: ServedType): string {
  return `lab.${group === "" ? "core" : group}.${version}.${kind}`;
}

function pathsOf(type: ServedType): readonly (readonly [string, unknown])[] {
  const { group, version, kind, plural, namespaced } = type;
  const root = `/${prefixOf(apiVersionOf(type))}${namespaced ? "/namespaces/{namespace}" : ""}/${plural}`;
  const schema = { $ref: `#/components/schemas/${schemaName(type)}` };
  const content = { "application/json": { schema } };
  const parameters = [{ name: "fieldValidation", in: "query", schema: { type: "string", uniqueItems: true } }];
  const operation = (action: string): unknown => ({
    parameters,
    responses: { "200": { description: "OK", content } },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": { group, version, kind },
  });
  return [
    [root, { get: operation("list"), post: operation("post") }],
    [`${root}/{name}`, { get: operation("get"), put: operation("put"), patch: operation("patch") }],
  ];
}

function schemaOf({ group, version, kind }: ServedType): Schema {
  return {
    description: `${kind} of the lab's API server: fields that are not described here are allowed.`,
    type: "object",
    "x-kubernetes-preserve-unknown-fields": true,
    "x-kubernetes-group-version-kind": [{ group, version, kind }],
    properties: {
      apiVersion: text("The version of this representation."),
      kind: text("What this object is."),
      metadata,
      spec: specs[kind] ?? loose("What is wanted."),
      status: loose("What was observed; written by controllers."),
    },
  };
}
