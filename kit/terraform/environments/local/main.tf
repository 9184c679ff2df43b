provider "kubernetes" {
  config_path    = var.kubeconfig
  config_context = "kind-mlops"
}

provider "helm" {
  kubernetes = {
    config_path    = var.kubeconfig
    config_context = "kind-mlops"
  }
}

module "platform" {
  source = "../../modules/platform"

  environment  = "local"
  cpu_quota    = "8"
  memory_quota = "16Gi"
}
