// Subscriptions, with a receiver of webhooks.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { ours, own, server } from './world.js';

test('a subscription is made, asked, sent, replayed, paused and removed', async () => {
  const expires = new Date(Date.now() + 24 * 3600 * 1000).toISOString();
  const taken: { headers: IncomingHttpHeaders; body: string }[] = [];
  let status = 204;
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => { body += bytes; });
    request.on('end', () => {
      if (status < 300) taken.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  const until = async (holds: () => boolean | Promise<boolean>) => {
    for (let i = 0; i < 500 && !(await holds()); ++i) {
      await new Promise((again) => setTimeout(again, 20));
    }
    assert.ok(await holds());
  };
  try {
    const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const whom = server.subjects.slice(0, 3).map((subject) => subject.number);
    const made = await own.POST('/v1/subscriptions', { body: { purpose: 'Our patients', expires,
      identifiers: whom, webhookUrl, paused: true } });
    assert.equal(made.response.status, 201);
    const subscription = made.data!;
    const secret = Buffer.from(subscription.webhookSecret!.slice('whsec_'.length), 'base64');
    assert.equal(subscription.members, new Set(whom).size);
    const id = { params: { path: { id: subscription.id } } };
    assert.equal((await own.GET('/v1/subscriptions/{id}', id)).data!.webhookSecret, undefined);
    assert.ok((await own.GET('/v1/subscriptions')).data!.subscriptions
      .some((one) => one.id === subscription.id));
    const { data: page } = await own.GET('/v1/subscriptions/{id}/events',
      { params: { path: id.params.path, query: { limit: 1000 } } });
    assert.ok(page!.events.length > 0);

    await own.POST('/v1/subscriptions/{id}/replay', { ...id, body: {} });
    assert.equal((await own.POST('/v1/subscriptions/{id}/resume', id)).data!.state, 'active');
    await until(() => taken.length > 0);
    const sent = taken.flatMap(({ headers, body }) => {
      const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
      assert.equal(headers['webhook-signature'],
        `v1,${createHmac('sha256', secret).update(text).digest('base64')}`);
      const delivery = JSON.parse(body);
      ours.checkSchema('WebhookDelivery', delivery);
      return delivery.events;
    });
    assert.deepEqual(sent, page!.events);
    for (const number of whom) assert.ok(!taken.some(({ body }) => body.includes(number)));
    const deliveries = async () =>
      (await own.GET('/v1/subscriptions/{id}/deliveries', id)).data!;
    await until(async () => (await deliveries()).deliveries === 1);

    status = 410;
    await own.POST('/v1/subscriptions/{id}/replay', { ...id, body: {} });
    await until(async () => (await deliveries()).state === 'paused');
    assert.equal((await deliveries()).reason, 'receiver-gone');
    assert.equal((await deliveries()).lastStatus, 410);
    const changed = await own.PATCH('/v1/subscriptions/{id}',
      { ...id, body: { types: ['death'], holdback: 'PT1H' } });
    assert.equal(changed.data!.holdback, 'PT3600S');
    const cohort = await own.POST('/v1/subscriptions/{id}/cohort',
      { ...id, body: { remove: [whom[0]!], add: [{ type: 'DUF', value: '202012345603' }] } });
    assert.equal(cohort.data!.members, new Set(whom).size);
    assert.equal((await own.POST('/v1/subscriptions/{id}/pause', id)).data!.state, 'paused');
    assert.equal((await own.DELETE('/v1/subscriptions/{id}', id)).data!.state, 'removed');
    const gone = await own.GET('/v1/subscriptions/{id}', id);
    assert.equal((gone.error as { code?: string }).code, 'subscription_not_found');
    const wrong = await own.POST('/v1/subscriptions', { body: { purpose: 'x', expires,
      webhookUrl: 'ftp://127.0.0.1/' } });
    assert.equal(wrong.response.status, 400);
  } finally {
    receiver.close();
    receiver.closeAllConnections();
  }
});
