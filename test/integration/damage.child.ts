// Damages a database's file.
import '../unit/store/recovery/damage.child';
