// The text of the script for POSIX shells: what it does, in order. @NAMES@ are filled in by BootstrapScript.

extension BootstrapScript {
    /// Detect, download, verify, register, and replace or put back.
    static let steps = #"""
        #!/bin/sh
        # Makes this machine an envoy of @SERVER@:
        #   curl -sSfk @SERVER@/bootstrap | sudo sh -s -- [--token TOKEN]
        # It downloads and verifies the agent, registers into a new directory, and only then replaces what was here.
        # VIGO_CONFIG_DIR, VIGO_STATE_DIR and VIGO_BIN_DIR say where to; VIGO_SERVICE=none installs no service.
        # VIGO_ENROLLMENT_TOKEN is a token that stands on no command line, where other users of this machine could read it.
        set -eu
        umask 077

        server='@SERVER@'
        glibc_needed='@GLIBC@'
        config_dir=${VIGO_CONFIG_DIR:-/etc/vigo-envoy}
        state_dir=${VIGO_STATE_DIR:-/var/lib/vigo/state}
        bin_dir=${VIGO_BIN_DIR:-/usr/local/bin}
        service=${VIGO_SERVICE:-auto}
        token=${VIGO_ENROLLMENT_TOKEN:-}

        say() { printf 'vigo: %s\n' "$*"; }
        fail() { printf 'vigo: %s\n' "$*" >&2; exit 1; }
        has() { command -v "$1" >/dev/null 2>&1; }

        authority() {
            cat <<'PEM'
        @AUTHORITY@PEM
        }

        # get URL FILE: the server's certificate is checked against the authority that came with this script.
        get() {
            if has curl; then curl -sSf ${ca:+--cacert "$ca"} -o "$2" "$1"
            elif has wget; then wget -q ${ca:+--ca-certificate="$ca"} -O "$2" "$1"
            elif has fetch; then fetch -q ${ca:+--ca-cert="$ca"} -o "$2" "$1"
            else fail 'curl, wget or fetch is needed'
            fi
        }

        # Not named after a tool: has would find the function.
        checksum() {
            if has sha256sum; then sha256sum "$1" | cut -d ' ' -f 1
            elif has shasum; then shasum -a 256 "$1" | cut -d ' ' -f 1
            elif has sha256; then sha256 -q "$1"
            elif has digest; then digest -a sha256 "$1"
            else fail 'sha256sum, shasum, sha256 or digest is needed to verify the agent'
            fi
        }

        detect_platform() {
            case $(uname -s) in
                Linux) os=linux ;;
                Darwin) os=darwin ;;
                FreeBSD) os=freebsd ;;
                OpenBSD) os=openbsd ;;
                NetBSD) os=netbsd ;;
                SunOS) os=illumos ;;
                *) fail "there is no agent for $(uname -s); nothing was changed" ;;
            esac
            arch=$(uname -m)
            case $arch in
                amd64 | i86pc) arch=x86_64 ;;
                arm64) arch=aarch64 ;;
            esac
        }

        # The agent uses the system's C library, so that it sees every user that the system knows.
        check_glibc() {
            [ "$os" = linux ] && [ -n "$glibc_needed" ] || return 0
            glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d ' ' -f 2) || glibc=''
            [ -n "$glibc" ] || fail "the agent needs glibc $glibc_needed; this system has another C library; nothing was changed"
            oldest=$(printf '%s\n%s\n' "$glibc" "$glibc_needed" | sort -t . -k 1,1n -k 2,2n | head -n 1)
            [ "$oldest" = "$glibc_needed" ] ||
                fail "the agent needs glibc $glibc_needed; this system has $glibc; nothing was changed"
        }

        detect_service() {
            case $service in
                auto) ;;
                systemd | launchd | rc | rcctl | smf | none) return 0 ;;
                *) fail "VIGO_SERVICE=$service: none, systemd, launchd, rc, rcctl and smf are known" ;;
            esac
            if [ -d /run/systemd/system ]; then service=systemd
            elif [ "$os" = darwin ] && has launchctl; then service=launchd
            elif [ "$os" = freebsd ] || [ "$os" = netbsd ]; then service=rc
            elif [ "$os" = openbsd ] && has rcctl; then service=rcctl
            elif [ "$os" = illumos ] && has svcadm; then service=smf
            else service=none
            fi
        }

        download() {
            get "$server/api/v1/agent/latest?os=$os&arch=$arch" "$work/latest" ||
                fail "$server has no agent for $os-$arch; nothing was changed"
            wanted=$(sed -n 's/.*"sha256" *: *"\([0-9a-f]\{64\}\)".*/\1/p' "$work/latest")
            [ -n "$wanted" ] || fail "$server did not say what the agent's SHA-256 is; nothing was changed"
            (umask 022 && mkdir -p "$bin_dir")
            get "$server/api/v1/agent/download?os=$os&arch=$arch" "$new_agent" ||
                fail 'the agent could not be downloaded; nothing was changed'
            got=$(checksum "$new_agent")
            [ "$got" = "$wanted" ] || fail "the agent's SHA-256 is $got, not $wanted: removed it; nothing was changed"
            chmod 755 "$new_agent"
            "$new_agent" --version >"$work/version" 2>&1 ||
                fail "the agent does not run on this system ($(head -n 1 "$work/version")); nothing was changed"
        }

        register() {
            set -- register --server "$server" --force
            [ -z "$ca" ] || set -- "$@" --ca-file "$ca"
            [ ! -e "$config_dir" ] || set -- "$@" --previous "$config_dir"
            mkdir -p "$state_dir" "$(dirname "$config_dir")"
            VIGO_ENROLLMENT_TOKEN=$token "$new_agent" --config-dir "$new_config" --state-dir "$state_dir" "$@" ||
                fail 'the registration failed; what ran here before still runs'
        }

        # What an earlier run of this script left behind that was killed: one directory in two halves, or its own files.
        recover() {
            for live in "$bin_dir/vigo" "$config_dir"; do
                [ -e "$live" ] || [ ! -e "$live.old" ] || mv "$live.old" "$live"
            done
            for left in "$bin_dir"/.vigo.[0-9]* "$config_dir".new.[0-9]*; do
                [ ! -e "$left" ] || kill -0 "${left##*.}" 2>/dev/null || rm -rf "$left"
            done
        }

        # swap FRESH LIVE: what was live lies beside it as LIVE.old. A program is replaced by one rename, so that it is there
        # at every moment; a directory cannot be.
        swap() {
            if [ -d "$2" ]; then mv "$2" "$2.old"
            elif [ -e "$2" ]; then ln "$2" "$2.old"
            fi && mv -f "$1" "$2"
        }

        back() {
            [ -e "$1.old" ] || return 0
            rm -rf "$1" && mv "$1.old" "$1"
        }

        put_back() {
            installing=no
            stop_service
            back "$bin_dir/vigo" || true
            back "$config_dir" || true
            start_service || true
        }

        install_agent() {
            rm -rf "$bin_dir/vigo.old" "$config_dir.old"
            if [ -e "$config_dir" ]; then installing=yes; fi
            stop_service
            if swap "$new_agent" "$bin_dir/vigo" && swap "$new_config" "$config_dir" && install_service && start_service; then
                installing=no
                rm -rf "$bin_dir/vigo.old" "$config_dir.old"
                return
            fi
            # The token is used up: what was enrolled is kept where there was nothing before.
            [ "$installing" = yes ] || fail 'this machine is enrolled, but the agent did not start; its log says why'
            put_back
            fail 'the new agent did not start: put back what was here before'
        }

        # However this ends: an exchange that was broken off is taken back.
        leave() {
            [ "$installing" = no ] || put_back
            rm -rf "$work" "$new_agent" "$new_config"
        }

        run_arguments() { printf '%s' "--config-dir $config_dir --state-dir $state_dir run"; }
        run_command() { printf '%s' "$bin_dir/vigo $(run_arguments)"; }

        """#
}

extension BootstrapScript {
    /// What runs, once the whole script has arrived.
    static let entry = #"""
        main() {
            while [ $# -gt 0 ]; do
                case $1 in
                    --token) [ $# -ge 2 ] || fail '--token needs a value'; token=$2; shift ;;
                    --token=*) token=${1#--token=} ;;
                    *) fail "unknown argument $1" ;;
                esac
                shift
            done
            # They become words of unit files and commands.
            for path in "$config_dir" "$state_dir" "$bin_dir"; do
                case $path in
                    *[!A-Za-z0-9/._-]*) fail "$path: only letters, digits and / . _ - may be in a path here" ;;
                    /?*) ;;
                    *) fail "$path: not an absolute path" ;;
                esac
            done
            detect_platform
            detect_service
            [ "$(id -u)" = 0 ] || [ "$service" = none ] || fail 'this must run as root: … | sudo sh'
            check_glibc
            work=$(mktemp -d)
            new_agent=$bin_dir/.vigo.$$
            new_config=$config_dir.new.$$
            installing=no
            trap leave EXIT
            trap 'exit 1' HUP INT TERM
            recover
            ca=''
            authority >"$work/ca.pem"
            [ ! -s "$work/ca.pem" ] || ca=$work/ca.pem
            download
            register
            install_agent
            if [ "$service" != none ]; then say 'the agent runs as a service; see: vigo status'
            elif [ "${VIGO_SERVICE:-}" = none ]; then say "no service was installed; the agent runs with: $(run_command)"
            else say "there is no service manager here that I know; the agent runs with: $(run_command)"
            fi
        }

        # Last, so that a download that broke off does nothing.
        main "$@"

        """#
}
