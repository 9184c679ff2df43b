provider "kubernetes" {
  config_path    = var.kubeconfig
  config_context = "mlops-staging"
}

provider "helm" {
  kubernetes = {
    config_path    = var.kubeconfig
    config_context = "mlops-staging"
  }
}

module "platform" {
  source = "../../modules/platform"

  environment  = "staging"
  cpu_quota    = "32"
  memory_quota = "96Gi"
}
