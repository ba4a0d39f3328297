import Corpus
import Foundation
import Testing
import WorkerProtocol

@testable import Broker

@Suite struct DescriptorCorpusTests {
    @Test func `whatever a describing worker prints is a descriptor or refused`() async throws {
        let complaints = try await Corpus("plugin-descriptors").complaints { bytes in
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            do throws(DescribeProcess.Failure) {
                let plugin = try DescribeProcess.decode(bytes)
                return Array((try? encoder.encode(plugin)) ?? Data())
            } catch { throw Refused(description: error.sentence) }
        }
        #expect(complaints == [])
    }

    private struct Refused: Error, CustomStringConvertible {
        let description: String
    }
}
