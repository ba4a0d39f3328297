import Agent
import Glibc

// Before anything that could start a thread: the helper changes its identity, and must have only this one.
if CommandLine.arguments.dropFirst().first == HelperCommand.name { exit(HelperCommand.run()) }

// Likewise: every thread is to leave the signals to the one that waits for them.
if CommandLine.arguments.contains("run") { TerminationSignals.block() }

await VigoCommand.start(with: Array(CommandLine.arguments.dropFirst()))
