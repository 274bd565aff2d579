/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

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
    "query AccountUsage($input: AggregatedReportInput!, $first: Int) {\n  aggregatedReport(input: $input) {\n    totals {\n      devices\n      silentDevices\n      bytesTransferred\n      bytesPercentiles\n    }\n    usage(orderBy: BYTES_DESC, first: $first) {\n      imei\n      numberOfSessions\n      bytesTransferred\n    }\n    errors {\n      imei\n      errorMessage\n    }\n  }\n}": typeof types.AccountUsageDocument,
    "subscription AggregatedReportProgress($txid: ID!) {\n  aggregatedReportProgress(txid: $txid) {\n    txid\n    status\n    receivedDevices\n    failedDevices\n    progress\n    totals {\n      bytesTransferred\n    }\n  }\n}": typeof types.AggregatedReportProgressDocument,
    "query AggregatedReportRequest($txid: ID!, $first: Int, $after: String) {\n  aggregatedReportRequest(txid: $txid) {\n    txid\n    status\n    updatedAt\n    completedAt\n    expectedDevices\n    receivedDevices\n    failedDevices\n    progress\n    totals {\n      devices\n      silentDevices\n      numberOfSessions\n      bytesTransferred\n      bytesPercentiles\n    }\n    usage(first: $first, after: $after, orderBy: BYTES_DESC) {\n      nodes {\n        imei\n        numberOfSessions\n        bytesTransferred\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n    errors {\n      nodes {\n        imei\n        errorMessage\n      }\n      totalCount\n    }\n    missing {\n      nodes {\n        imei\n        accountNumber\n      }\n      totalCount\n    }\n    download\n  }\n}": typeof types.AggregatedReportRequestDocument,
    "query AggregatedReportRequests($status: AggregatedReportStatus, $first: Int, $after: String) {\n  aggregatedReportRequests(status: $status, first: $first, after: $after) {\n    nodes {\n      txid\n      status\n      requestedAt\n      expectedDevices\n      receivedDevices\n      failedDevices\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n  }\n}": typeof types.AggregatedReportRequestsDocument,
    "query AggregatedReport($input: AggregatedReportInput!) {\n  aggregatedReport(input: $input) {\n    txid\n    txids\n    usage(orderBy: BYTES_DESC) {\n      imei\n      numberOfSessions\n      bytesTransferred\n    }\n    errors {\n      imei\n      errorMessage\n      errorResponse {\n        errorCode\n        errorMessage\n        httpStatusCode\n        detailErrorMessage\n      }\n    }\n    missing\n    totals {\n      devices\n      silentDevices\n      numberOfSessions\n      bytesTransferred\n      bytesPercentiles(p: [50, 95, 99])\n    }\n    freshness {\n      asOf\n      settled\n    }\n  }\n}": typeof types.AggregatedReportDocument,
    "query CallbackListeners {\n  callbackListeners {\n    accountNumber\n    name\n    url\n    isThisServer\n  }\n}": typeof types.CallbackListenersDocument,
    "query Devices($imei: [IMEI!]!, $startDate: ReportDate, $endDate: ReportDate) {\n  devices(imei: $imei) {\n    imei\n    accountNumber\n    usage(startDate: $startDate, endDate: $endDate) {\n      numberOfSessions\n      bytesTransferred\n    }\n    sessionsReport(startDate: $startDate, endDate: $endDate) {\n      daily {\n        date\n        numBytes\n      }\n    }\n  }\n}": typeof types.DevicesDocument,
    "mutation RequestAggregatedReport($input: RequestAggregatedReportInput!) {\n  requestAggregatedReport(input: $input) {\n    txid\n    status\n    accountNumber\n    requestedAt\n    expiresAt\n    expectedDevices\n  }\n}": typeof types.RequestAggregatedReportDocument,
    "query SessionsReport($input: SessionsReportInput!, $timeZone: String) {\n  sessionsReport(input: $input) {\n    deviceId\n    txid\n    device {\n      imei\n      accountNumber\n    }\n    totals {\n      numberOfSessions\n      numBytes\n      durationSeconds\n    }\n    daily(timeZone: $timeZone) {\n      date\n      numberOfSessions\n      numBytes\n      durationSeconds\n    }\n    sessions {\n      startTime\n      endTime\n      numBytes\n      durationSeconds\n    }\n    freshness {\n      asOf\n      settled\n    }\n  }\n}": typeof types.SessionsReportDocument,
};
const documents: Documents = {
    "query AccountUsage($input: AggregatedReportInput!, $first: Int) {\n  aggregatedReport(input: $input) {\n    totals {\n      devices\n      silentDevices\n      bytesTransferred\n      bytesPercentiles\n    }\n    usage(orderBy: BYTES_DESC, first: $first) {\n      imei\n      numberOfSessions\n      bytesTransferred\n    }\n    errors {\n      imei\n      errorMessage\n    }\n  }\n}": types.AccountUsageDocument,
    "subscription AggregatedReportProgress($txid: ID!) {\n  aggregatedReportProgress(txid: $txid) {\n    txid\n    status\n    receivedDevices\n    failedDevices\n    progress\n    totals {\n      bytesTransferred\n    }\n  }\n}": types.AggregatedReportProgressDocument,
    "query AggregatedReportRequest($txid: ID!, $first: Int, $after: String) {\n  aggregatedReportRequest(txid: $txid) {\n    txid\n    status\n    updatedAt\n    completedAt\n    expectedDevices\n    receivedDevices\n    failedDevices\n    progress\n    totals {\n      devices\n      silentDevices\n      numberOfSessions\n      bytesTransferred\n      bytesPercentiles\n    }\n    usage(first: $first, after: $after, orderBy: BYTES_DESC) {\n      nodes {\n        imei\n        numberOfSessions\n        bytesTransferred\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n    errors {\n      nodes {\n        imei\n        errorMessage\n      }\n      totalCount\n    }\n    missing {\n      nodes {\n        imei\n        accountNumber\n      }\n      totalCount\n    }\n    download\n  }\n}": types.AggregatedReportRequestDocument,
    "query AggregatedReportRequests($status: AggregatedReportStatus, $first: Int, $after: String) {\n  aggregatedReportRequests(status: $status, first: $first, after: $after) {\n    nodes {\n      txid\n      status\n      requestedAt\n      expectedDevices\n      receivedDevices\n      failedDevices\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n  }\n}": types.AggregatedReportRequestsDocument,
    "query AggregatedReport($input: AggregatedReportInput!) {\n  aggregatedReport(input: $input) {\n    txid\n    txids\n    usage(orderBy: BYTES_DESC) {\n      imei\n      numberOfSessions\n      bytesTransferred\n    }\n    errors {\n      imei\n      errorMessage\n      errorResponse {\n        errorCode\n        errorMessage\n        httpStatusCode\n        detailErrorMessage\n      }\n    }\n    missing\n    totals {\n      devices\n      silentDevices\n      numberOfSessions\n      bytesTransferred\n      bytesPercentiles(p: [50, 95, 99])\n    }\n    freshness {\n      asOf\n      settled\n    }\n  }\n}": types.AggregatedReportDocument,
    "query CallbackListeners {\n  callbackListeners {\n    accountNumber\n    name\n    url\n    isThisServer\n  }\n}": types.CallbackListenersDocument,
    "query Devices($imei: [IMEI!]!, $startDate: ReportDate, $endDate: ReportDate) {\n  devices(imei: $imei) {\n    imei\n    accountNumber\n    usage(startDate: $startDate, endDate: $endDate) {\n      numberOfSessions\n      bytesTransferred\n    }\n    sessionsReport(startDate: $startDate, endDate: $endDate) {\n      daily {\n        date\n        numBytes\n      }\n    }\n  }\n}": types.DevicesDocument,
    "mutation RequestAggregatedReport($input: RequestAggregatedReportInput!) {\n  requestAggregatedReport(input: $input) {\n    txid\n    status\n    accountNumber\n    requestedAt\n    expiresAt\n    expectedDevices\n  }\n}": types.RequestAggregatedReportDocument,
    "query SessionsReport($input: SessionsReportInput!, $timeZone: String) {\n  sessionsReport(input: $input) {\n    deviceId\n    txid\n    device {\n      imei\n      accountNumber\n    }\n    totals {\n      numberOfSessions\n      numBytes\n      durationSeconds\n    }\n    daily(timeZone: $timeZone) {\n      date\n      numberOfSessions\n      numBytes\n      durationSeconds\n    }\n    sessions {\n      startTime\n      endTime\n      numBytes\n      durationSeconds\n    }\n    freshness {\n      asOf\n      settled\n    }\n  }\n}": types.SessionsReportDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query AccountUsage($input: AggregatedReportInput!, $first: Int) {\n  aggregatedReport(input: $input) {\n    totals {\n      devices\n      silentDevices\n      bytesTransferred\n      bytesPercentiles\n    }\n    usage(orderBy: BYTES_DESC, first: $first) {\n      imei\n      numberOfSessions\n      bytesTransferred\n    }\n    errors {\n      imei\n      errorMessage\n    }\n  }\n}"): (typeof documents)["query AccountUsage($input: AggregatedReportInput!, $first: Int) {\n  aggregatedReport(input: $input) {\n    totals {\n      devices\n      silentDevices\n      bytesTransferred\n      bytesPercentiles\n    }\n    usage(orderBy: BYTES_DESC, first: $first) {\n      imei\n      numberOfSessions\n      bytesTransferred\n    }\n    errors {\n      imei\n      errorMessage\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription AggregatedReportProgress($txid: ID!) {\n  aggregatedReportProgress(txid: $txid) {\n    txid\n    status\n    receivedDevices\n    failedDevices\n    progress\n    totals {\n      bytesTransferred\n    }\n  }\n}"): (typeof documents)["subscription AggregatedReportProgress($txid: ID!) {\n  aggregatedReportProgress(txid: $txid) {\n    txid\n    status\n    receivedDevices\n    failedDevices\n    progress\n    totals {\n      bytesTransferred\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query AggregatedReportRequest($txid: ID!, $first: Int, $after: String) {\n  aggregatedReportRequest(txid: $txid) {\n    txid\n    status\n    updatedAt\n    completedAt\n    expectedDevices\n    receivedDevices\n    failedDevices\n    progress\n    totals {\n      devices\n      silentDevices\n      numberOfSessions\n      bytesTransferred\n      bytesPercentiles\n    }\n    usage(first: $first, after: $after, orderBy: BYTES_DESC) {\n      nodes {\n        imei\n        numberOfSessions\n        bytesTransferred\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n    errors {\n      nodes {\n        imei\n        errorMessage\n      }\n      totalCount\n    }\n    missing {\n      nodes {\n        imei\n        accountNumber\n      }\n      totalCount\n    }\n    download\n  }\n}"): (typeof documents)["query AggregatedReportRequest($txid: ID!, $first: Int, $after: String) {\n  aggregatedReportRequest(txid: $txid) {\n    txid\n    status\n    updatedAt\n    completedAt\n    expectedDevices\n    receivedDevices\n    failedDevices\n    progress\n    totals {\n      devices\n      silentDevices\n      numberOfSessions\n      bytesTransferred\n      bytesPercentiles\n    }\n    usage(first: $first, after: $after, orderBy: BYTES_DESC) {\n      nodes {\n        imei\n        numberOfSessions\n        bytesTransferred\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n    errors {\n      nodes {\n        imei\n        errorMessage\n      }\n      totalCount\n    }\n    missing {\n      nodes {\n        imei\n        accountNumber\n      }\n      totalCount\n    }\n    download\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query AggregatedReportRequests($status: AggregatedReportStatus, $first: Int, $after: String) {\n  aggregatedReportRequests(status: $status, first: $first, after: $after) {\n    nodes {\n      txid\n      status\n      requestedAt\n      expectedDevices\n      receivedDevices\n      failedDevices\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n  }\n}"): (typeof documents)["query AggregatedReportRequests($status: AggregatedReportStatus, $first: Int, $after: String) {\n  aggregatedReportRequests(status: $status, first: $first, after: $after) {\n    nodes {\n      txid\n      status\n      requestedAt\n      expectedDevices\n      receivedDevices\n      failedDevices\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query AggregatedReport($input: AggregatedReportInput!) {\n  aggregatedReport(input: $input) {\n    txid\n    txids\n    usage(orderBy: BYTES_DESC) {\n      imei\n      numberOfSessions\n      bytesTransferred\n    }\n    errors {\n      imei\n      errorMessage\n      errorResponse {\n        errorCode\n        errorMessage\n        httpStatusCode\n        detailErrorMessage\n      }\n    }\n    missing\n    totals {\n      devices\n      silentDevices\n      numberOfSessions\n      bytesTransferred\n      bytesPercentiles(p: [50, 95, 99])\n    }\n    freshness {\n      asOf\n      settled\n    }\n  }\n}"): (typeof documents)["query AggregatedReport($input: AggregatedReportInput!) {\n  aggregatedReport(input: $input) {\n    txid\n    txids\n    usage(orderBy: BYTES_DESC) {\n      imei\n      numberOfSessions\n      bytesTransferred\n    }\n    errors {\n      imei\n      errorMessage\n      errorResponse {\n        errorCode\n        errorMessage\n        httpStatusCode\n        detailErrorMessage\n      }\n    }\n    missing\n    totals {\n      devices\n      silentDevices\n      numberOfSessions\n      bytesTransferred\n      bytesPercentiles(p: [50, 95, 99])\n    }\n    freshness {\n      asOf\n      settled\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query CallbackListeners {\n  callbackListeners {\n    accountNumber\n    name\n    url\n    isThisServer\n  }\n}"): (typeof documents)["query CallbackListeners {\n  callbackListeners {\n    accountNumber\n    name\n    url\n    isThisServer\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Devices($imei: [IMEI!]!, $startDate: ReportDate, $endDate: ReportDate) {\n  devices(imei: $imei) {\n    imei\n    accountNumber\n    usage(startDate: $startDate, endDate: $endDate) {\n      numberOfSessions\n      bytesTransferred\n    }\n    sessionsReport(startDate: $startDate, endDate: $endDate) {\n      daily {\n        date\n        numBytes\n      }\n    }\n  }\n}"): (typeof documents)["query Devices($imei: [IMEI!]!, $startDate: ReportDate, $endDate: ReportDate) {\n  devices(imei: $imei) {\n    imei\n    accountNumber\n    usage(startDate: $startDate, endDate: $endDate) {\n      numberOfSessions\n      bytesTransferred\n    }\n    sessionsReport(startDate: $startDate, endDate: $endDate) {\n      daily {\n        date\n        numBytes\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RequestAggregatedReport($input: RequestAggregatedReportInput!) {\n  requestAggregatedReport(input: $input) {\n    txid\n    status\n    accountNumber\n    requestedAt\n    expiresAt\n    expectedDevices\n  }\n}"): (typeof documents)["mutation RequestAggregatedReport($input: RequestAggregatedReportInput!) {\n  requestAggregatedReport(input: $input) {\n    txid\n    status\n    accountNumber\n    requestedAt\n    expiresAt\n    expectedDevices\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query SessionsReport($input: SessionsReportInput!, $timeZone: String) {\n  sessionsReport(input: $input) {\n    deviceId\n    txid\n    device {\n      imei\n      accountNumber\n    }\n    totals {\n      numberOfSessions\n      numBytes\n      durationSeconds\n    }\n    daily(timeZone: $timeZone) {\n      date\n      numberOfSessions\n      numBytes\n      durationSeconds\n    }\n    sessions {\n      startTime\n      endTime\n      numBytes\n      durationSeconds\n    }\n    freshness {\n      asOf\n      settled\n    }\n  }\n}"): (typeof documents)["query SessionsReport($input: SessionsReportInput!, $timeZone: String) {\n  sessionsReport(input: $input) {\n    deviceId\n    txid\n    device {\n      imei\n      accountNumber\n    }\n    totals {\n      numberOfSessions\n      numBytes\n      durationSeconds\n    }\n    daily(timeZone: $timeZone) {\n      date\n      numberOfSessions\n      numBytes\n      durationSeconds\n    }\n    sessions {\n      startTime\n      endTime\n      numBytes\n      durationSeconds\n    }\n    freshness {\n      asOf\n      settled\n    }\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;