// A server-side program that asks before each case. Reads lines of JSON: {"ask": key, "default": value}, answers each.
import readline from 'node:readline';
import { OpenFeature } from '@openfeature/server-sdk';
import { OFREPProvider } from '@openfeature/ofrep-provider';

const [baseUrl, key, instance] = process.argv.slice(2);
await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl, headers: { Authorization: `Bearer ${key}` } }));
const client = OpenFeature.getClient();
const context = { targetingKey: instance };
const ask = { string: 'getStringDetails', boolean: 'getBooleanDetails', object: 'getObjectDetails' };

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { flag, fallback } = JSON.parse(line);
  const found = await client[ask[typeof fallback]](flag, fallback, context);
  console.log(JSON.stringify({ value: found.value, reason: found.reason, error: found.errorCode ?? null, variant: found.variant ?? null, metadata: found.flagMetadata }));
}
