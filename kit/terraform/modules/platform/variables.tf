variable "environment" {
  description = "local, dev, staging or prod"
  type        = string

  validation {
    condition     = contains(["local", "dev", "staging", "prod"], var.environment)
    error_message = "One of local, dev, staging, prod."
  }
}

variable "cpu_quota" {
  description = "CPU that GitLab's and SharingHub's namespaces may ask for, each"
  type        = string
}

variable "memory_quota" {
  description = "Memory that GitLab's and SharingHub's namespaces may ask for, each"
  type        = string
}
