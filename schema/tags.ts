/** Marks what a graph without asynchronous reports leaves out. */
export const ASYNCHRONOUS = 'asynchronous';

/** Marks what those who run the service ask for, and a graph for others leaves out. */
export const OPERATIONS = 'operations';
