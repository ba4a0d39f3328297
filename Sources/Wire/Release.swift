import CRelease

/// The version of these programs; Package.swift says which.
package enum Release {
    package static let version = String(cString: vigo_release_version())
}
