import { callbackMessages, postgresMessages } from './callback-messages.mjs';
import { csvDownload } from './csv-download.mjs';
import { dailyUsage } from './daily-usage.mjs';
import { firstAnswerInClone } from './first-answer.mjs';
import { growingOperations } from './growing-operations.mjs';
import { hundredDevices } from './hundred-devices.mjs';
import { idleProcess } from './idle-process.mjs';
import { limitedPlatform } from './limited-platform.mjs';
import { literalDocuments } from './literal-documents.mjs';
import { manySessions } from './many-sessions.mjs';
import { oneDevice } from './one-device.mjs';
import { settledUsage } from './settled-usage.mjs';
import { steadyArrivals } from './steady-arrivals.mjs';
import { wholeAccount } from './whole-account.mjs';

export const workloads = [
  hundredDevices,
  oneDevice,
  steadyArrivals,
  wholeAccount,
  manySessions,
  settledUsage,
  idleProcess,
  growingOperations,
  callbackMessages,
  csvDownload,
  limitedPlatform,
  literalDocuments,
  firstAnswerInClone,
  postgresMessages,
  dailyUsage,
];
