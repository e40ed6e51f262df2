// Another process that holds a database's write lock.
import '../unit/store/lockHolder.child';
