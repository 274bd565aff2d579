import { RESTDataSource } from '@apollo/datasource-rest';
import { accountNumber } from '../expected-usage.mjs';
import { platformHeaders } from './platform-headers.mjs';

export class ReportsApi extends RESTDataSource {
  baseURL = `${process.env.UPSTREAM_URL}/`;

  /**
   * @param {string} _path
   * @param {{ headers: Record<string, string> }} request
   */
  willSendRequest(_path, request) {
    Object.assign(request.headers, platformHeaders);
  }

  /**
   * @param {{ startDate: string, endDate: string }} window
   * @param {string[]} imei
   */
  async usage({ startDate, endDate }, imei) {
    const body = { accountNumber, imei, startDate, endDate };
    return (await this.post('hyper-precise/v1/report/aggregate', { body })).usage;
  }

  /** @param {{ imei: string, startDate: string, endDate: string }} input */
  sessions({ imei, startDate, endDate }) {
    return this.post('hyper-precise/v1/report/sessions', { body: { accountNumber, imei, startDate, endDate } });
  }
}
