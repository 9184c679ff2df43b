provider "kubernetes" {
  config_path    = var.kubeconfig
  config_context = "mlops-prod"
}

provider "helm" {
  kubernetes = {
    config_path    = var.kubeconfig
    config_context = "mlops-prod"
  }
}

module "platform" {
  source = "../../modules/platform"

  environment  = "prod"
  cpu_quota    = "64"
  memory_quota = "192Gi"
}
