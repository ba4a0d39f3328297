import GRDB

/// Why the store could not do what was asked; each case carries a sentence for people.
package enum StoreError: Error, Equatable, CustomStringConvertible {
    /// No room is left: nothing was changed.
    case full
    /// Something that must be unique is there already.
    case conflict(String)
    case notFound(String)
    /// The change is not one that may follow the present state.
    case illegalTransition(String)
    /// The file cannot be opened or is no database of ours.
    case unusable(String)
    case failed(String)

    init(_ error: any Error, path: String? = nil) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_FULL: self = .full
            // A write-ahead log that cannot grow says that its shared memory could not be sized.
            case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE: self = .full
            case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_WRITE: self = .full
            case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_CANTOPEN:
                self = .unusable(
                    "\(path ?? "the database") is damaged or no database: \(error.message ?? "\(error.resultCode)")"
                )
            case .SQLITE_CONSTRAINT: self = .conflict(error.message ?? "a rule of the database was broken")
            default: self = .failed(error.message ?? "\(error.resultCode)")
            }
        default: self = .failed("\(error)")
        }
    }

    package var description: String {
        switch self {
        case .full: "the disk that holds the database is full; nothing was changed"
        case .conflict(let sentence), .notFound(let sentence), .illegalTransition(let sentence),
            .unusable(let sentence):
            sentence
        case .failed(let reason): "the database failed: \(reason)"
        }
    }
}
