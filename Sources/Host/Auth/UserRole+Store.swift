import Store
import Wire

extension UserRecord.Role {
    /// The same word on the wire.
    var wire: UserRole {
        switch self {
        case .admin: .admin
        case .viewer: .viewer
        case .compliance: .compliance
        }
    }
}

extension UserRole {
    /// The same word in the store.
    var stored: UserRecord.Role {
        switch self {
        case .admin: .admin
        case .viewer: .viewer
        case .compliance: .compliance
        }
    }
}
