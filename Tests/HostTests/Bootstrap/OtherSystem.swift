import Foundation

/// The machine's programs over empty system directories, so that a script may install services: a mount namespace with a
/// root of its own. `os` is what uname says there.
struct OtherSystem {
    let machine: BootstrapMachine
    private let root: String

    /// Mounting takes root, and some containers refuse it all the same.
    static let isPossible: Bool = {
        let probe = Process()
        probe.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        probe.arguments = ["unshare", "-m", "--propagation", "private", "sh", "-c", "mount -t tmpfs none /mnt"]
        probe.standardError = FileHandle.nullDevice
        guard (try? probe.run()) != nil else { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }()

    init(_ machine: BootstrapMachine, os: String, arch: String = "x86_64") throws {
        self.machine = machine
        root = "\(machine.root.path)/system"
        try machine.write(
            "tools/uname",
            "#!/bin/sh\ncase $1 in -m) echo \(arch) ;; *) echo \(os) ;; esac\n",
            executable: true
        )
        // The test's directory lies in the new root under its own name; what the script writes elsewhere stays in `system`.
        try machine.write(
            "enter",
            """
            set -e
            root=$1 here=$2; shift 2
            mkdir -p "$root/usr" "$root/dev" "$root/proc" "$root/etc" "$root/tmp" "$root$here"
            for link in bin sbin lib lib64; do
                if [ -L "/$link" ]; then cp -P "/$link" "$root/"; elif [ -d "/$link" ]; then
                    mkdir -p "$root/$link"; mount --bind "/$link" "$root/$link"; fi
            done
            for directory in usr dev proc; do mount --bind "/$directory" "$root/$directory"; done
            if [ -d /etc/alternatives ]; then
                mkdir -p "$root/etc/alternatives"; mount --bind /etc/alternatives "$root/etc/alternatives"; fi
            mkdir -p "$root/local"; mount --bind "$root/local" "$root/usr/local"
            mount --bind "$here" "$root$here"
            exec chroot "$root" "$@"
            """
        )
    }

    /// In front of a shell's name.
    var prefix: [String] {
        ["unshare", "-m", "--propagation", "private", "sh", "\(machine.root.path)/enter", root, machine.root.path]
    }

    /// What was written to a path of the system.
    func text(_ path: String) -> String? {
        let path = path.replacingOccurrences(of: "/usr/local/", with: "/local/")
        return try? String(contentsOfFile: root + path, encoding: .utf8)
    }

    func write(_ path: String, _ text: String) throws { try machine.write("system" + path, text) }

    func makeDirectory(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: root + path, withIntermediateDirectories: true)
    }

    func isExecutable(_ path: String) -> Bool {
        FileManager.default.isExecutableFile(
            atPath: root + path.replacingOccurrences(of: "/usr/local/", with: "/local/")
        )
    }

    /// A program of a service manager that notes how it was called, and fails when asked for `verb`.
    func manager(_ names: [String], failing verb: String = "nothing-fails") throws {
        for name in names {
            try machine.write(
                "tools/\(name)",
                """
                #!/bin/sh
                echo "\(name) $*" >>'\(machine.root.path)/calls'
                grep -q new '\(machine.root.path)/etc/vigo-envoy/config' 2>/dev/null || exit 0
                case "$*" in *\(verb)*) exit 3 ;; esac
                """,
                executable: true
            )
        }
    }
}
