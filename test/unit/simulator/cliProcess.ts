// Runs the command line as a process of its own, for commandLine.test.ts.
import '../../../src/simulator/cli';
