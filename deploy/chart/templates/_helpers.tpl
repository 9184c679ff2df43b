{{- define "millwright.name" -}}
{{- if contains "millwright" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-millwright" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "millwright.labels" -}}
app.kubernetes.io/name: millwright
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "millwright.selector" -}}
app.kubernetes.io/name: millwright
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "millwright.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- /* millwright.server.yaml: with the Job of values.backupRunner in every environment that names no runner itself. */ -}}
{{- define "millwright.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- if .Values.backupRunner.enabled -}}
{{- with .Values.backupRunner -}}
{{- $job := dict "namespace" (.namespace | default $.Release.Namespace) "serviceAccount" .serviceAccount "image" .image "config" .config "pullSecrets" .pullSecrets "cpu" (toString .resources.cpu) "memory" (toString .resources.memory) "scratch" (toString .scratch.size) "hours" .hours -}}
{{- if .scratch.storageClass }}{{ $_ := set $job "scratchClass" .scratch.storageClass }}{{ end -}}
{{- range ($config.backups | default dict).environments | default list -}}
{{- if not (hasKey . "runner") }}{{ $_ := set . "runner" "job" }}{{ $_ := set . "job" (mergeOverwrite (deepCopy $job) (.job | default dict)) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $config -}}
{{- end }}

{{- /* One pod of ours. Takes a dict of root, part, arguments, environmentFrom, environments, resources, port. */ -}}
{{- define "millwright.pod" -}}
metadata:
  labels:
    {{- include "millwright.selector" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .part }}
  annotations:
    # The configuration is read at start: a changed one rolls the pods.
    millwright.dev/config: {{ include "millwright.config" .root | sha256sum }}
    {{- with .root.Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "millwright.name" .root }}
  automountServiceAccountToken: {{ .root.Values.rbac.observer }}
  enableServiceLinks: false
  terminationGracePeriodSeconds: 60
  {{- with .root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    seccompProfile: { type: RuntimeDefault }
  containers:
    - name: millwright
      image: {{ include "millwright.image" .root | quote }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args: {{ .arguments | toJson }}
      {{- with .environmentFrom }}
      envFrom:
        {{- range . }}
        - secretRef: { name: {{ . }} }
        {{- end }}
      {{- end }}
      env:
        - { name: HOME, value: /tmp }
        {{- with .environments }}
        - { name: MILLWRIGHT_ENVIRONMENTS, value: {{ join "," . | quote }} }
        {{- end }}
      ports:
        - { name: http, containerPort: {{ .port }} }
      startupProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 20
        timeoutSeconds: 5
      readinessProbe:
        httpGet: { path: /readyz, port: http }
        periodSeconds: 10
        timeoutSeconds: 5
      resources:
        {{- toYaml .resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      volumeMounts:
        - { name: config, mountPath: /etc/millwright, readOnly: true }
        - { name: tmp, mountPath: /tmp }
  volumes:
    - name: config
      configMap: { name: {{ include "millwright.name" .root }} }
    - name: tmp
      emptyDir: { sizeLimit: 2Gi }
  {{- with .root.Values.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .root.Values.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .root.Values.affinity }}
  affinity: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
