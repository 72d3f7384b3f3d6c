// A Bluesky network on free ports of 127.0.0.1. It prints where PDS and AppView are once they answer; for each line on
// its input it waits until the AppView has seen all that happened on the PDS, and says "settled". It ends with its input.
const { Server } = require('node:net');
const { createInterface } = require('node:readline');
const { setDefaultResultOrder } = require('node:dns');

// its servers would listen to everybody: here only this machine may ask
const listen = Server.prototype.listen;
Server.prototype.listen = function (...given) {
  const [first, ...rest] = given;
  const options = typeof first === 'object' && first !== null ? first : { port: Number(first) };
  return listen.call(this, { ...options, host: '127.0.0.1' }, ...rest.filter((each) => typeof each === 'function'));
};
setDefaultResultOrder('ipv4first');

const { TestNetwork } = require('@atproto/dev-env');

TestNetwork.create({ dbPostgresSchema: 'okr', pds: { hostname: 'localhost' } }).then(
  async (network) => {
    console.log(JSON.stringify({ pds: network.pds.port, appview: network.bsky.port }));
    for await (const _ of createInterface({ input: process.stdin })) {
      await network.processAll();
      console.log('settled');
    }
    await network.close().catch(() => {});
    process.exit(0);
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
