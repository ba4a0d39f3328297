import Glibc
import Worker

exit(WorkerCommand.run(CommandLine.arguments))
