// The npm package `hyperliquid`: reads and orders by the names it makes of coins.

import { BASE_URLS, Hyperliquid, WSS_URLS } from "hyperliquid";
import { plan, step } from "./plan.mjs";

const wanted = await plan();
for (const name of ["PRODUCTION", "TESTNET"]) {
  BASE_URLS[name] = wanted.url;
  WSS_URLS[name] = `${wanted.url.replace("http", "ws")}/ws`;
}
const sdk = new Hyperliquid({
  enableWs: false,
  privateKey: wanted.key,
  testnet: true,
  walletAddress: wanted.address,
});
const must = (found, what) => (found ? [] : [what]);
await step("connect", () => sdk.connect());
await step("getAllMids", async () => {
  const mids = await sdk.info.getAllMids();
  return must("CBRS-PERP" in mids, JSON.stringify(mids));
});
await step("getL2Book", async () => {
  const book = await sdk.info.getL2Book("CBRS-PERP");
  return must(book.levels.length === 2, JSON.stringify(book));
});
for (const name of ["getUserOpenOrders", "getUserFills", "getUserRateLimit"]) {
  await step(name, async () => must(await sdk.info[name](wanted.address), "nothing"));
}
for (const name of ["getClearinghouseState"]) {
  await step(name, async () => {
    const state = await sdk.info.perpetuals[name](wanted.address);
    return must(Number(state.marginSummary.accountValue) > 0, JSON.stringify(state));
  });
}
await step("order and cancel", async () => {
  const reply = await sdk.exchange.placeOrder({
    coin: "CBRS-PERP",
    is_buy: true,
    sz: 1,
    limit_px: Number(wanted.below),
    order_type: { limit: { tif: "Gtc" } },
    reduce_only: false,
  });
  const oid = reply.response?.data?.statuses?.[0]?.resting?.oid;
  if (!oid) return [JSON.stringify(reply)];
  const gone = await sdk.exchange.cancelOrder({ coin: "CBRS-PERP", o: oid });
  return must(gone.response.data.statuses[0] === "success", JSON.stringify(gone));
});
sdk.disconnect?.();
process.exit(0);
