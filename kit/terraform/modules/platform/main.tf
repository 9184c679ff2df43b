# What must be there before Argo CD can take over: the namespaces with their quotas, and Argo CD itself.
# Everything else comes from Git: kubectl apply -f argocd-apps/project.yaml -f environments/<env>/root-application.yaml

locals {
  namespaces = ["argocd", "gitlab", "sharinghub", "monitoring"]
  bounded    = ["gitlab", "sharinghub"]
}

resource "kubernetes_namespace_v1" "platform" {
  for_each = toset(local.namespaces)

  metadata {
    name = each.key
    labels = {
      "app.kubernetes.io/part-of"          = "mlops"
      "environment"                        = var.environment
      "pod-security.kubernetes.io/enforce" = "baseline"
    }
  }

  # A namespace takes its volumes with it.
  lifecycle {
    prevent_destroy = true
  }
}

resource "kubernetes_resource_quota_v1" "platform" {
  for_each = toset(local.bounded)

  metadata {
    name      = "platform"
    namespace = kubernetes_namespace_v1.platform[each.key].metadata[0].name
  }

  spec {
    hard = {
      "requests.cpu"    = var.cpu_quota
      "requests.memory" = var.memory_quota
    }
  }
}

# A patch of this chart can carry a minor of Argo CD (9.5.12 brought 3.4): compare what it brings, not its own number.
resource "helm_release" "argocd" {
  name       = "argocd"
  namespace  = kubernetes_namespace_v1.platform["argocd"].metadata[0].name
  repository = "https://argoproj.github.io/argo-helm"
  chart      = "argo-cd"
  version    = "9.5.12"
  atomic     = true
  timeout    = 900
}
