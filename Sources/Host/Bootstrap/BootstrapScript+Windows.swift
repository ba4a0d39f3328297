extension BootstrapScript {
    /// The same steps as in the script for sh, with a Windows service.
    static let windows = #"""
        # Makes this machine an envoy of @SERVER@. In an elevated PowerShell:
        #   $t = (New-Object Net.WebClient).DownloadString('@SERVER@/bootstrap?os=windows'); iex $t
        # $env:VIGO_TOKEN is the enrollment token, where one is needed.
        $ErrorActionPreference = 'Stop'
        [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12

        $server = '@SERVER@'
        $authority = @'
        @AUTHORITY@
        '@
        $base = if ($env:VIGO_CONFIG_DIR) { $env:VIGO_CONFIG_DIR } else { "$env:ProgramData\vigo-envoy" }
        $state = if ($env:VIGO_STATE_DIR) { $env:VIGO_STATE_DIR } else { "$env:ProgramData\vigo\state" }
        $bin = if ($env:VIGO_BIN_DIR) { $env:VIGO_BIN_DIR } else { "$env:ProgramFiles\Vigo" }
        $agent = Join-Path $bin 'vigo.exe'
        $fresh = Join-Path $bin "vigo-$PID.exe"
        $work = Join-Path $env:TEMP "vigo-$PID"

        function Get-FromServer($path, $file) {
            $arguments = @('-sSf', '-o', $file, "$server$path")
            if ($authority.Trim()) { $arguments = @('--ssl-no-revoke', '--cacert', "$work\ca.pem") + $arguments }
            & curl.exe @arguments
            if ($LASTEXITCODE -ne 0) { throw "could not fetch $server$path; nothing was changed" }
        }

        try {
            $arch = if ($env:PROCESSOR_ARCHITECTURE -eq 'ARM64') { 'aarch64' } else { 'x86_64' }
            New-Item -ItemType Directory -Force $work, $bin, $state | Out-Null
            Set-Content -Encoding ascii "$work\ca.pem" $authority
            Get-FromServer "/api/v1/agent/latest?os=windows&arch=$arch" "$work\latest"
            $wanted = (Get-Content -Raw "$work\latest" | ConvertFrom-Json).sha256
            Get-FromServer "/api/v1/agent/download?os=windows&arch=$arch" $fresh
            $got = (Get-FileHash -Algorithm SHA256 $fresh).Hash.ToLower()
            if ($got -ne $wanted) { throw "the agent's SHA-256 is $got, not ${wanted}: removed it; nothing was changed" }

            $arguments = @('--config-dir', "$base.new", '--state-dir', $state, 'register', '--server', $server, '--force')
            if ($authority.Trim()) { $arguments += @('--ca-file', "$work\ca.pem") }
            if ($env:VIGO_TOKEN) { $arguments += @('--token', $env:VIGO_TOKEN) }
            if (Test-Path $base) { $arguments += @('--previous', $base) }
            & $fresh @arguments
            if ($LASTEXITCODE -ne 0) { throw 'the registration failed; what ran here before still runs' }

            Stop-Service vigo-envoy -ErrorAction SilentlyContinue
            Remove-Item -Recurse -Force "$base.old", "$agent.old" -ErrorAction SilentlyContinue
            if (Test-Path $base) { Move-Item $base "$base.old" }
            if (Test-Path $agent) { Move-Item $agent "$agent.old" }
            try {
                Move-Item "$base.new" $base
                Move-Item $fresh $agent
                if (-not (Get-Service vigo-envoy -ErrorAction SilentlyContinue)) {
                    $command = "`"$agent`" --config-dir `"$base`" --state-dir `"$state`" run"
                    New-Service vigo-envoy -BinaryPathName $command -DisplayName 'Vigo agent' -StartupType Automatic | Out-Null
                }
                Start-Service vigo-envoy
                Write-Output 'vigo: the agent runs as the service vigo-envoy'
            } catch {
                Remove-Item -Recurse -Force $base, $agent -ErrorAction SilentlyContinue
                if (Test-Path "$base.old") { Move-Item "$base.old" $base }
                if (Test-Path "$agent.old") { Move-Item "$agent.old" $agent }
                Start-Service vigo-envoy -ErrorAction SilentlyContinue
                throw "the new agent did not start: put back what was here before ($_)"
            }
        } finally {
            Remove-Item -Recurse -Force $work, $fresh, "$base.new" -ErrorAction SilentlyContinue
        }

        """#
}
