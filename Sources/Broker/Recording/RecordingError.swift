import Glibc

package enum RecordingError: Error, Equatable, CustomStringConvertible {
    case cannotCreate(String, error: Int32)
    case cannotWrite(error: Int32)
    /// There is still some room, which the server's own records need.
    case diskNearlyFull

    package var description: String {
        switch self {
        case .cannotCreate(let path, let error): "\(path) cannot be made: \(String(cString: strerror(error)))"
        case .cannotWrite(let error): "the recording cannot be written: \(String(cString: strerror(error)))"
        case .diskNearlyFull: "the disk that holds the recordings is all but full"
        }
    }
}
