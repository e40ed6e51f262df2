// The program of the thread, where a test finds it.
import '../../../../src/ui/commands/paste.worker';
