variable "kubeconfig" {
  description = "Path of the kubeconfig that holds this environment's context; the context's name is fixed in main.tf, so that the wrong cluster is not reached by mistake"
  type        = string
  default     = "~/.kube/config"
}
