// What is bundled. A file of its own because a start without changes has no time to load the bundler.

const GRAPHIQL = '@graphql-yoga/render-graphiql/graphiql';

/** The programs that npm scripts run. */
export const PROGRAM = {
  input: {
    main: 'src/main.ts',
    'check-config': 'src/check-config.ts',
    'reset-sign-in': 'src/reset-sign-in.ts',
    'erase-device': 'src/erase-device.ts',
    backup: 'src/backup.ts',
    simulator: 'src/simulator/main.ts',
    terminal: 'src/terminal/main.ts',
  },
  // GraphiQL is 9 MB.
  external: [GRAPHIQL],
};

/**
 * The published package: the same programs, their command, and what others import. GraphiQL is inside: as a dependency, it would install
 * Yoga and GraphQL Tools once more. graphql is that of whoever imports the schema, because a second copy would not know the types of the first.
 */
export const PACKAGE = {
  input: {
    ...PROGRAM.input,
    bin: 'src/bin.ts',
    index: 'src/index.ts',
    'start-simulator': 'src/simulator/index.ts',
  },
  external: [/^graphql($|\/)/],
};

/** The entries of the package that have types. */
export const TYPED = [PACKAGE.input.index, PACKAGE.input['start-simulator']];
