import { BY_NAME, describeIsolation } from '../support/isolation/interleavings.ts';
import { createParty, isOfAccount } from '../support/isolation/parties.ts';

describeIsolation({
  title: 'who name an account each',
  foreign: BY_NAME,
  start: () => {
    const [anne, bert] = [
      createParty('anne', '0844021539-00001', {}, true),
      createParty('bert', '0742644905-00001', {}, true),
    ];
    return Promise.resolve({ parties: { anne, bert }, config: {}, isOf: isOfAccount });
  },
});
