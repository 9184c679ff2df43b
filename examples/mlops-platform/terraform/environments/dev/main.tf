terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
    helm = {
      source = "hashicorp/helm"
    }
  }
}

variable "cert_manager_version" {
  type    = string
  default = "v1.14.4"
}

module "eks" {
  source          = "terraform-aws-modules/eks/aws"
  version         = "20.8.5"
  cluster_name    = "mlops-dev"
  cluster_version = "1.32"
}

resource "helm_release" "cert_manager" {
  name       = "cert-manager"
  namespace  = "cert-manager"
  repository = "https://charts.jetstack.io"
  chart      = "cert-manager"
  version    = var.cert_manager_version
}

# backend "s3" {
#   bucket = "mlops-terraform-state"
#   key    = "dev/terraform.tfstate"
# }
