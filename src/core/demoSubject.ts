/** What the demo's tasks show, one of each: the UI names them by it. */
export type DemoSubject = 'sunrise' | 'flowers' | 'chord' | 'rejected' | 'tide' | 'narrator';
