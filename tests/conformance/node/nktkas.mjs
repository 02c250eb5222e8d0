// @nktkas/hyperliquid: every read over both transports, every subscription, and trading.

import {
  ExchangeClient,
  HttpTransport,
  InfoClient,
  SubscriptionClient,
  WebSocketTransport,
} from "@nktkas/hyperliquid";
import { privateKeyToAccount } from "viem/accounts";
import { plan, step } from "./plan.mjs";
import { capitalised, checks } from "./shapes.mjs";

const wanted = await plan();
const http = new HttpTransport({ apiUrl: wanted.url, isTestnet: true });
const socket = new WebSocketTransport({
  url: `${wanted.url.replace("http", "ws")}/ws`,
  isTestnet: true,
});
await socket.ready();

// -- reads --------------------------------------------------------------------------------------
const answers = checks("info");
for (const [transport, name] of [[http, "http"], [socket, "ws"]]) {
  const info = new InfoClient({ transport });
  for (const [method, parameters] of wanted.reads) {
    const label = `info ${name} ${method} ${JSON.stringify(parameters)}`;
    await step(label, async () => {
      const found = parameters === null ? await info[method]() : await info[method](parameters);
      return answers(`${capitalised(method)}Response`, found);
    });
  }
}

// -- subscriptions ------------------------------------------------------------------------------
const events = checks("subscription");
const follow = new SubscriptionClient({ transport: socket });
for (const [method, parameters, is_silent] of wanted.subscriptions) {
  await step(`subscription ${method} ${JSON.stringify(parameters)}`, async () => {
    let tell;
    const first = new Promise((resolve) => (tell = resolve));
    const held =
      parameters === null ? await follow[method](tell) : await follow[method](parameters, tell);
    const found = is_silent ? [] : events(`${capitalised(method)}Event`, await first);
    await held.unsubscribe();
    return found;
  });
}

// -- trading ------------------------------------------------------------------------------------
const must = (found, what) => (found ? [] : [what]);
const order = (more) => ({ a: 0, b: true, p: wanted.below, s: "1", r: false, ...more });
const gtc = { limit: { tif: "Gtc" } };
const ioc = { limit: { tif: "Ioc" } };
for (const [transport, name] of [[http, "http"], [socket, "ws"]]) {
  const wallet = privateKeyToAccount(wanted.key);
  const exchange = new ExchangeClient({ transport, wallet });
  let oid;
  const cloid = `0x${(name === "ws" ? "b" : "a").repeat(32)}`;
  await step(`exchange ${name} order`, async () => {
    const reply = await exchange.order({ orders: [order({ t: gtc, c: cloid })], grouping: "na" });
    oid = reply.response.data.statuses[0].resting?.oid;
    return must(oid > 0, JSON.stringify(reply));
  });
  await step(`exchange ${name} modify`, async () => {
    await exchange.modify({ oid, order: order({ t: gtc, s: "2", c: cloid }) });
  });
  await step(`exchange ${name} batchModify`, async () => {
    const modifies = [{ oid: cloid, order: order({ t: gtc, s: "3", c: cloid }) }];
    const reply = await exchange.batchModify({ modifies });
    return must("resting" in reply.response.data.statuses[0], JSON.stringify(reply));
  });
  await step(`exchange ${name} cancelByCloid`, async () => {
    const reply = await exchange.cancelByCloid({ cancels: [{ asset: 0, cloid }] });
    return must(reply.response.data.statuses[0] === "success", JSON.stringify(reply));
  });
  await step(`exchange ${name} a refusal is thrown`, async () => {
    try {
      await exchange.cancel({ cancels: [{ a: 0, o: 999999 }] });
    } catch (error) {
      return must(/never placed, already canceled/.test(error.message), error.message);
    }
    return ["nothing was thrown"];
  });
  await step(`exchange ${name} fill`, async () => {
    const reply = await exchange.order({
      orders: [order({ t: ioc, p: wanted.above })],
      grouping: "na",
    });
    return must("filled" in reply.response.data.statuses[0], JSON.stringify(reply));
  });
  await step(`exchange ${name} updateLeverage`, async () => {
    await exchange.updateLeverage({ asset: 0, isCross: wanted.isCross, leverage: 3 });
  });
  await step(`exchange ${name} twapOrder and twapCancel`, async () => {
    const twap = { a: 0, b: true, s: "20", r: false, m: 5, t: false };
    const reply = await exchange.twapOrder({ twap });
    await exchange.twapCancel({ a: 0, t: reply.response.data.status.running.twapId });
  });
  await step(`exchange ${name} sendAsset`, async () => {
    await exchange.sendAsset({
      destination: wallet.address,
      sourceDex: "",
      destinationDex: "xyz",
      token: wanted.token,
      amount: "5",
    });
  });
  await step(`exchange ${name} approveAgent`, async () => {
    await exchange.approveAgent({ agentAddress: wanted.agents[name], agentName: name });
  });
  await step(`exchange ${name} approveBuilderFee`, async () => {
    await exchange.approveBuilderFee({ builder: wanted.builder, maxFeeRate: "0.01%" });
  });
  await step(`exchange ${name} scheduleCancel`, async () => {
    await exchange.scheduleCancel({ time: wanted.later });
    await exchange.scheduleCancel();
  });
  await step(`exchange ${name} noop`, async () => {
    await exchange.noop({ nonce: Date.now() });
  });
}
await socket.close();
