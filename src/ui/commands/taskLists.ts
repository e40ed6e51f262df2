// Entry point of dist/lists.js.
export { exportTasks } from './taskList/exportTasks';
export { importTasks } from './taskList/importTasks';
