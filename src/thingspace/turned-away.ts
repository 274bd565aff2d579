import type { HttpAnswer } from './http-client.ts';

/** An answer to a sign-in call that stands for no verdict on the credentials: the call may be made again. */
export class TurnedAway extends Error {
  override readonly name = 'TurnedAway';
  readonly answer: HttpAnswer;

  constructor(answer: HttpAnswer) {
    super('turned away');
    this.answer = answer;
  }
}
