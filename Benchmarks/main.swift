import Foundation

// Side by side in one run: vigocli scrier ssh, plain ssh, and ssh through an `ssh -R` reverse tunnel, which is what people without
// Scrier use to reach a host behind a firewall. Ratios, because machines differ and are noisy.

guard let options = BenchmarkOptions(CommandLine.arguments.dropFirst()) else {
    FileHandle.standardError.write(Data(BenchmarkOptions.usage.utf8))
    exit(64)
}
do {
    try await Benchmark(options).run()
} catch {
    FileHandle.standardError.write(Data("The benchmark failed: \(error)\n".utf8))
    exit(1)
}
