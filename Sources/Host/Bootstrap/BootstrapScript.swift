import Foundation

/// The scripts that `GET /bootstrap` answers: they make the machine that runs them an envoy of this server.
///
/// What is filled in comes from the server's configuration alone and is checked to be harmless between quotes.
package struct BootstrapScript: Sendable {
    package let publicURL: PublicURL
    /// PEM of the authority that the web certificate leads to; nil for one that every system trusts.
    package let authority: String?

    package init(publicURL: PublicURL, authority: String?) {
        self.publicURL = publicURL
        self.authority = authority
    }

    /// For sh: dash, busybox ash, ksh. `glibc` is the oldest version that the Linux agents run with.
    package func shell(glibc: GlibcVersion?) -> String {
        fill(Self.steps + Self.services + Self.entry, glibc: glibc)
    }

    /// For Windows PowerShell 5 and later.
    package func powerShell() -> String {
        fill(Self.windows, glibc: nil)
    }

    private func fill(_ template: String, glibc: GlibcVersion?) -> String {
        template
            .replacingOccurrences(of: "@SERVER@", with: publicURL.description)
            .replacingOccurrences(of: "@GLIBC@", with: glibc?.description ?? "")
            .replacingOccurrences(of: "@AUTHORITY@", with: pem)
    }

    /// Base64 and the dashes of its armour: nothing that ends a quotation or a here-document.
    private var pem: String {
        let lines = (authority ?? "").split(whereSeparator: \.isNewline).filter { line in
            line.utf8.allSatisfy { (0x20...0x7e).contains($0) && $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: "\"") }
        }
        return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
    }
}
