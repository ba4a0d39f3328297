import PluginAPI

/// `scrier.audio/1`: what the target plays.
public struct Audio {
    private let host: UnsafePointer<scrier_host>
    private let table: UnsafePointer<scrier_audio>

    init?(_ host: Host) {
        guard let table = host.find(SCRIER_AUDIO, as: scrier_audio.self) else { return nil }
        self.host = host.pointer
        self.table = table
    }

    /// Samples of this form follow: signed 16 bits, little endian, channels interleaved. `unsupported`: ask the target
    /// for another form.
    public func open(rate: UInt32, channels: UInt32) -> Status {
        Status(rawValue: table.pointee.open(host, rate, channels))
    }

    /// Takes whole samples while there is room and says how many bytes. Drop the rest: late sound is worse than a gap.
    public func write(_ samples: UnsafeRawBufferPointer) -> Int {
        var taken = 0
        return table.pointee.write(host, scrier_bytes(samples), &taken) == Status.ok.rawValue ? taken : 0
    }

    public func volume(left: UInt16, right: UInt16) { table.pointee.volume(host, UInt32(left), UInt32(right)) }

    public func close() { table.pointee.close(host) }
}

extension Host {
    public var audio: Audio? { Audio(self) }
}
