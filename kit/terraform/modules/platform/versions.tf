terraform {
  required_version = "= 1.16.3"

  required_providers {
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "= 2.38.0"
    }
    helm = {
      source  = "hashicorp/helm"
      version = "= 3.1.1"
    }
  }
}
