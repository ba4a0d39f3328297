public import PluginAPI

/// `scrier.display/1`: a picture that the operator sees.
public struct Display {
    /// Pixels a side.
    public static let largestSide = UInt32(SCRIER_DISPLAY_MAX)

    private let host: UnsafePointer<scrier_host>
    private let table: UnsafePointer<scrier_display>

    init?(_ host: Host) {
        guard let table = host.find(SCRIER_DISPLAY, as: scrier_display.self) else { return nil }
        self.host = host.pointer
        self.table = table
    }

    /// A framebuffer of the host's to draw in, valid until the next `resize`: 32 bits a pixel, blue first, then green,
    /// red and one unused, rows without a gap.
    public func resize(width: UInt32, height: UInt32) throws -> scrier_framebuffer {
        var framebuffer = scrier_framebuffer()
        let status = Status(rawValue: table.pointee.resize(host, width, height, &framebuffer))
        guard status == .ok else {
            throw SessionFailure(status, "The host has no framebuffer of \(width) by \(height) pixels.")
        }
        return framebuffer
    }

    /// These parts changed since the last `present`.
    public func damage(_ parts: [scrier_rectangle]) {
        parts.withUnsafeBufferPointer { table.pointee.damage(host, $0.baseAddress, $0.count) }
    }

    /// The protocol said that a part was copied; the plugin has drawn it in the framebuffer too.
    public func copy(_ part: scrier_rectangle, toX x: UInt32, y: UInt32) { table.pointee.copy(host, part, x, y) }

    /// The protocol said that a part has one colour; the plugin has drawn it in the framebuffer too.
    public func fill(_ part: scrier_rectangle, bgrx: UInt32) { table.pointee.fill(host, part, bgrx) }

    /// The frame is whole. False while the client is behind: damage goes on adding up until a `frame` event.
    public func present() throws -> Bool {
        let status = Status(rawValue: table.pointee.present(host))
        guard status.rawValue >= 0 else { throw SessionFailure(status, "The host refused a picture.") }
        return status == .ok
    }

    /// The pointer's picture; empty pixels hide it.
    public func cursor(hotX: UInt32, hotY: UInt32, width: UInt32, height: UInt32, bgra: UnsafeRawBufferPointer) {
        table.pointee.cursor(host, hotX, hotY, width, height, scrier_bytes(bgra))
    }

    /// The target moved the pointer by itself.
    public func pointerMoved(x: UInt32, y: UInt32) { table.pointee.pointer_moved(host, x, y) }
}

extension Host {
    public var display: Display? { Display(self) }
}
