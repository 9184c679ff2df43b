import { formatPath, type Node, type Step, scalarAt, walk } from "../../kernel/tree.ts";
import { stateOfConstraint } from "../../kernel/version.ts";
import { readArgocdSources, readManifest } from "./terraform-manifests.ts";
import { addImage, addVersion, type Block, blocksIn, isClearlyImage, isOutput, type Module } from "./terraform-tree.ts";

/** Resources that run containers: each of their `image` attributes is one. Elsewhere `image` may name a machine's disk. */
const runsContainers = /^(?:kubernetes_|docker_|aws_ecs_|google_cloud_run|azurerm_container_|podman_|nomad_)/;

interface Versioned {
  readonly attribute: string;
  /** The tool's name, or the attribute that holds it. */
  readonly name: string | { readonly from: string };
}

/**
 * Resources of clouds whose version is chosen here, by the documentation of their providers on registry.terraform.io.
 */
const versioned: Readonly<Record<string, Versioned>> = {
  aws_eks_cluster: { attribute: "version", name: "kubernetes" },
  aws_eks_node_group: { attribute: "version", name: "kubernetes" },
  aws_eks_addon: { attribute: "addon_version", name: { from: "addon_name" } },
  azurerm_kubernetes_cluster: { attribute: "kubernetes_version", name: "kubernetes" },
  azurerm_kubernetes_cluster_node_pool: { attribute: "orchestrator_version", name: "kubernetes" },
  google_container_cluster: { attribute: "min_master_version", name: "kubernetes" },
  google_container_node_pool: { attribute: "version", name: "kubernetes" },
  digitalocean_kubernetes_cluster: { attribute: "version", name: "kubernetes" },
  exoscale_sks_cluster: { attribute: "version", name: "kubernetes" },
  linode_lke_cluster: { attribute: "k8s_version", name: "kubernetes" },
  ovh_cloud_project_kube: { attribute: "version", name: "kubernetes" },
  scaleway_k8s_cluster: { attribute: "version", name: "kubernetes" },
  aws_db_instance: { attribute: "engine_version", name: { from: "engine" } },
  aws_rds_cluster: { attribute: "engine_version", name: { from: "engine" } },
  aws_elasticache_cluster: { attribute: "engine_version", name: { from: "engine" } },
  aws_elasticache_replication_group: { attribute: "engine_version", name: "redis" },
  azurerm_postgresql_flexible_server: { attribute: "version", name: "postgres" },
};

/** Images, versions of managed services, and Kubernetes objects written in Terraform. */
export function readResources(module: Module): void {
  for (const block of blocksIn(module.root, "resource", 2)) {
    const type = block.labels[0] ?? "";
    if (type === "helm_release") continue;
    readVersion(module, block, versioned[type]);
    if (type === "argocd_application") readArgocdSources(module, block);
    if (/^kubernetes_manifest$|^kubectl_manifest$/.test(type)) readManifest(module, block);
    readImages(module, block, runsContainers.test(type));
  }
}

function readVersion(module: Module, block: Block, known: Versioned | undefined): void {
  const version = known === undefined ? undefined : scalarAt(block.body, known.attribute);
  if (known === undefined || version === undefined || isOutput(version)) return;
  const name = typeof known.name === "string" ? known.name : scalarAt(block.body, known.name.from)?.text;
  if (name === undefined) return;
  const steps = [...block.steps, known.attribute];
  addVersion(module, version, { kind: "tool", name, parent: block.body, steps }, stateOfConstraint);
}

function readImages(module: Module, block: Block, containers: boolean): void {
  walk(block.body, (node: Node, below: readonly Step[]) => {
    if (node.kind !== "scalar") return true;
    const key = below.findLast((step) => typeof step === "string") ?? "";
    const isImage = containers && (key === "image" || (block.labels[0] === "docker_image" && key === "name"));
    const steps = [...block.steps, ...below];
    if (isImage || isClearlyImage(node, formatPath(below))) addImage(module, node, steps);
    return true;
  });
}
