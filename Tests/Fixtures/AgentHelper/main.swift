import Agent
import Glibc

// The agent's helper as a program of its own: `vigo` itself links the runtime statically, which a test cannot.
exit(HelperCommand.run())
