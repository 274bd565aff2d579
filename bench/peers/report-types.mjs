/** The part of the public schema that the benchmarks use. Its scalars are not validated, which makes the peers faster. */
export const typeDefs = /* GraphQL */ `
  scalar AccountNumber
  scalar IMEI
  scalar ReportDate
  scalar DateTime
  scalar SafeInt

  type Query {
    sessionsReport(input: SessionsReportInput!): SessionsReport
    aggregatedReport(input: AggregatedReportInput!): AggregatedReport
  }
  input SessionsReportInput {
    accountNumber: AccountNumber
    imei: IMEI!
    startDate: ReportDate
    endDate: ReportDate
  }
  input AggregatedReportInput {
    accountNumber: AccountNumber
    imei: [IMEI!]!
    allDevices: Boolean = false
    startDate: ReportDate
    endDate: ReportDate
  }
  type SessionsReport {
    deviceId: ID
    txid: ID!
    sessions: [Session!]!
  }
  type Session {
    startTime: DateTime
    endTime: DateTime
    numBytes: SafeInt
  }
  type AggregatedReport {
    usage: [DeviceUsage!]!
  }
  type DeviceUsage {
    imei: ID!
    numberOfSessions: Int
    bytesTransferred: SafeInt
  }
`;

/**
 * @typedef {{ reports: {
 *   usage(input: { imei: string[], startDate: string, endDate: string }): Promise<object[]>,
 *   sessions(input: { imei: string, startDate: string, endDate: string }): Promise<object>,
 * } }} Context
 */

export const resolvers = {
  Query: {
    aggregatedReport: async (
      /** @type {unknown} */ _,
      /** @type {any} */ { input },
      /** @type {Context} */ { reports },
    ) => ({
      usage: await reports.usage(input),
    }),
    sessionsReport: (/** @type {unknown} */ _, /** @type {any} */ { input }, /** @type {Context} */ { reports }) =>
      reports.sessions(input),
  },
  SessionsReport: {
    deviceId: (/** @type {{ id: string }} */ { id }) => id,
  },
};
