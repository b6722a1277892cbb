// As many browser clients as asked for, each with its own stream. Prints every change of the mode that each of them sees.
import { EventSource } from 'eventsource';

globalThis.EventSource = EventSource;
const kept = new Map();
globalThis.localStorage = { getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => kept.set(k, v), removeItem: (k) => kept.delete(k) };
const { OpenFeature, ProviderEvents } = await import('@openfeature/web-sdk');
const { OFREPWebProvider } = await import('@openfeature/ofrep-web-provider');

const [baseUrl, key, flag, count] = process.argv.slice(2);
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const clients = [];
for (let number = 0; number < Number(count); number += 1) {
  const provider = new OFREPWebProvider({ baseUrl, headers: [['Authorization', `Bearer ${key}`]], cacheMode: 'disabled' }, quiet);
  const domain = `d${number}`;
  try {
    await OpenFeature.setProviderAndWait(domain, provider, { targetingKey: `browser-${number}` });
  } catch (failure) {
    console.log(JSON.stringify({ client: number, failed: String(failure.message ?? failure) }));
  }
  const client = OpenFeature.getClient(domain);
  const show = () => console.log(JSON.stringify({ client: number, value: client.getStringValue(flag, 'human'), at: Date.now(), status: client.providerStatus }));
  client.addHandler(ProviderEvents.ConfigurationChanged, show);
  client.addHandler(ProviderEvents.Error, show);
  clients.push(show);
}
clients.forEach((show) => show());
console.log(JSON.stringify({ ready: clients.length }));
process.stdin.on('data', () => clients.forEach((show) => show()));
process.stdin.on('end', () => process.exit(0));
