// Damages a database's file.
import '../unit/store/damage.child';
