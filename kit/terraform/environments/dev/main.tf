provider "kubernetes" {
  config_path    = var.kubeconfig
  config_context = "mlops-dev"
}

provider "helm" {
  kubernetes = {
    config_path    = var.kubeconfig
    config_context = "mlops-dev"
  }
}

module "platform" {
  source = "../../modules/platform"

  environment  = "dev"
  cpu_quota    = "16"
  memory_quota = "48Gi"
}
