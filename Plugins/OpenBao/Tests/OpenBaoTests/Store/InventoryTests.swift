import Testing

@testable import OpenBao

@Suite struct `An inventory` {
    private let scan = WipedBytes(
        """
        {"data":{"keys":["a","b/c","gone","b/"],"key_info":{
          "b/":{},
          "a":{"current_version":2,"versions":{"1":{"created_time":"2026-01-01T00:00:00Z","deletion_time":"","destroyed":true},
               "2":{"created_time":"2026-01-02T00:00:00.5Z","deletion_time":"","destroyed":false}}},
          "b/c":{"current_version":1,"versions":{"1":{"created_time":"2026-01-03T00:00:00Z","deletion_time":"9999-01-01T00:00:00Z","destroyed":false}}},
          "gone":{"current_version":1,"versions":{"1":{"created_time":"x","deletion_time":"2026-01-03T00:00:00Z","destroyed":false}}},
          "burnt":{"current_version":1,"versions":{"1":{"created_time":"x","deletion_time":"","destroyed":true}}},
          "odd name":{"current_version":1,"versions":null}
        }}}
        """
    )

    @Test func `lists what can be read`() throws {
        #expect(try Inventory.scan(scan, of: "").keys == ["a", "b/c"])
        #expect(try Inventory.scan(scan, of: "x/y").keys == ["x/y/a", "x/y/b/c"])
    }

    @Test func `knows versions, so that a change shows`() throws {
        let inventory = try Inventory.scan(scan, of: "")
        #expect(inventory.secrets["a"] == Metadata(version: 2, written: "2026-01-02T00:00:00.5Z"))
        #expect(inventory.secrets["gone"]?.isDeleted == true)
        #expect(inventory.secrets["burnt"]?.isDeleted == true)
        #expect(inventory.secrets["b/"] == nil)
    }

    @Test func `of nothing is empty`() throws {
        #expect(try Inventory.scan(WipedBytes(#"{"data":{}}"#), of: "").secrets.isEmpty)
        #expect(try Inventory.scan(WipedBytes(#"{"data":null}"#), of: "").secrets.isEmpty)
        #expect(try Inventory.names(WipedBytes(#"{"data":{"keys":null}}"#)).isEmpty)
        #expect(try Inventory.names(WipedBytes(#"{"data":{"keys":["a","b/"]}}"#)) == ["a", "b/"])
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:34:56.789Z", 951_827_696),
        ("2026-11-25T17:22:17.129066298Z", 1_795_627_337),
        ("1969-12-31T23:59:59Z", -1), ("9999-12-31T23:59:59Z", 253_402_300_799),
    ])
    func `knows what time it is`(text: String, seconds: Int) {
        #expect(Timestamp.seconds(text) == seconds)
    }

    @Test(arguments: [
        "", "never", "2026-11-25", "2026-13-25T17:22:17Z", "2026-11-25T17:22:17+01:00", "2026-11-25Tab:cd:efZ",
    ])
    func `knows no other times`(text: String) {
        #expect(Timestamp.seconds(text) == nil)
    }
}
