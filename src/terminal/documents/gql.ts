/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "subscription TerminalFollowReport($txid: ID!, $accountNumber: AccountNumber) {\n  aggregatedReportProgress(txid: $txid, accountNumber: $accountNumber) {\n    txid\n    status\n    expectedDevices\n    receivedDevices\n    failedDevices\n    progress\n    expiresAt\n  }\n}": typeof types.TerminalFollowReportDocument,
    "query TerminalReportSummary($txid: ID!, $accountNumber: AccountNumber) {\n  aggregatedReportRequest(txid: $txid, accountNumber: $accountNumber) {\n    txid\n    status\n    window {\n      start\n      end\n    }\n    expectedDevices\n    receivedDevices\n    failedDevices\n    totals {\n      devices\n      silentDevices\n      numberOfSessions\n      bytesTransferred\n      bytesPercentiles\n    }\n    missing(first: 10) {\n      nodes {\n        imei\n      }\n      totalCount\n    }\n    errors(first: 10) {\n      nodes {\n        imei\n        errorMessage\n      }\n    }\n    download\n  }\n}": typeof types.TerminalReportSummaryDocument,
    "mutation TerminalRequestReport($input: RequestAggregatedReportInput!) {\n  requestAggregatedReport(input: $input) {\n    txid\n    status\n    expectedDevices\n    expiresAt\n  }\n}": typeof types.TerminalRequestReportDocument,
    "query TerminalUsagePrice($series: UsageSeriesInput!) {\n  usageSeries(input: $series) {\n    plan {\n      path\n      upstreamCalls\n      fromStore\n      withinBudget\n      alternatives {\n        path\n        upstreamCalls\n        withinBudget\n      }\n    }\n  }\n}": typeof types.TerminalUsagePriceDocument,
    "query TerminalUsage($series: UsageSeriesInput!, $first: Int!) {\n  usageSeries(input: $series) {\n    groups {\n      buckets {\n        start\n        end\n        settled\n        complete\n        totals {\n          devices\n          silentDevices\n          numberOfSessions\n          bytesTransferred\n        }\n        usage(first: $first) {\n          imei\n          numberOfSessions\n          bytesTransferred\n        }\n        missing\n        errors {\n          imei\n          errorMessage\n        }\n      }\n    }\n    freshness {\n      asOf\n      settled\n    }\n  }\n}": typeof types.TerminalUsageDocument,
};
const documents: Documents = {
    "subscription TerminalFollowReport($txid: ID!, $accountNumber: AccountNumber) {\n  aggregatedReportProgress(txid: $txid, accountNumber: $accountNumber) {\n    txid\n    status\n    expectedDevices\n    receivedDevices\n    failedDevices\n    progress\n    expiresAt\n  }\n}": types.TerminalFollowReportDocument,
    "query TerminalReportSummary($txid: ID!, $accountNumber: AccountNumber) {\n  aggregatedReportRequest(txid: $txid, accountNumber: $accountNumber) {\n    txid\n    status\n    window {\n      start\n      end\n    }\n    expectedDevices\n    receivedDevices\n    failedDevices\n    totals {\n      devices\n      silentDevices\n      numberOfSessions\n      bytesTransferred\n      bytesPercentiles\n    }\n    missing(first: 10) {\n      nodes {\n        imei\n      }\n      totalCount\n    }\n    errors(first: 10) {\n      nodes {\n        imei\n        errorMessage\n      }\n    }\n    download\n  }\n}": types.TerminalReportSummaryDocument,
    "mutation TerminalRequestReport($input: RequestAggregatedReportInput!) {\n  requestAggregatedReport(input: $input) {\n    txid\n    status\n    expectedDevices\n    expiresAt\n  }\n}": types.TerminalRequestReportDocument,
    "query TerminalUsagePrice($series: UsageSeriesInput!) {\n  usageSeries(input: $series) {\n    plan {\n      path\n      upstreamCalls\n      fromStore\n      withinBudget\n      alternatives {\n        path\n        upstreamCalls\n        withinBudget\n      }\n    }\n  }\n}": types.TerminalUsagePriceDocument,
    "query TerminalUsage($series: UsageSeriesInput!, $first: Int!) {\n  usageSeries(input: $series) {\n    groups {\n      buckets {\n        start\n        end\n        settled\n        complete\n        totals {\n          devices\n          silentDevices\n          numberOfSessions\n          bytesTransferred\n        }\n        usage(first: $first) {\n          imei\n          numberOfSessions\n          bytesTransferred\n        }\n        missing\n        errors {\n          imei\n          errorMessage\n        }\n      }\n    }\n    freshness {\n      asOf\n      settled\n    }\n  }\n}": types.TerminalUsageDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription TerminalFollowReport($txid: ID!, $accountNumber: AccountNumber) {\n  aggregatedReportProgress(txid: $txid, accountNumber: $accountNumber) {\n    txid\n    status\n    expectedDevices\n    receivedDevices\n    failedDevices\n    progress\n    expiresAt\n  }\n}"): typeof import('./graphql.ts').TerminalFollowReportDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query TerminalReportSummary($txid: ID!, $accountNumber: AccountNumber) {\n  aggregatedReportRequest(txid: $txid, accountNumber: $accountNumber) {\n    txid\n    status\n    window {\n      start\n      end\n    }\n    expectedDevices\n    receivedDevices\n    failedDevices\n    totals {\n      devices\n      silentDevices\n      numberOfSessions\n      bytesTransferred\n      bytesPercentiles\n    }\n    missing(first: 10) {\n      nodes {\n        imei\n      }\n      totalCount\n    }\n    errors(first: 10) {\n      nodes {\n        imei\n        errorMessage\n      }\n    }\n    download\n  }\n}"): typeof import('./graphql.ts').TerminalReportSummaryDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation TerminalRequestReport($input: RequestAggregatedReportInput!) {\n  requestAggregatedReport(input: $input) {\n    txid\n    status\n    expectedDevices\n    expiresAt\n  }\n}"): typeof import('./graphql.ts').TerminalRequestReportDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query TerminalUsagePrice($series: UsageSeriesInput!) {\n  usageSeries(input: $series) {\n    plan {\n      path\n      upstreamCalls\n      fromStore\n      withinBudget\n      alternatives {\n        path\n        upstreamCalls\n        withinBudget\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').TerminalUsagePriceDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query TerminalUsage($series: UsageSeriesInput!, $first: Int!) {\n  usageSeries(input: $series) {\n    groups {\n      buckets {\n        start\n        end\n        settled\n        complete\n        totals {\n          devices\n          silentDevices\n          numberOfSessions\n          bytesTransferred\n        }\n        usage(first: $first) {\n          imei\n          numberOfSessions\n          bytesTransferred\n        }\n        missing\n        errors {\n          imei\n          errorMessage\n        }\n      }\n    }\n    freshness {\n      asOf\n      settled\n    }\n  }\n}"): typeof import('./graphql.ts').TerminalUsageDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
