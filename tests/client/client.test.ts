// Clients generated from the contract and from our own document, against the real server: one after
// the other, by subject.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './contract.js';
import './person.js';
import './structure.js';
import './interface.js';
import './administration.js';
import './hjelpenummer.js';
import './subscriptions.js';
import { ours } from './world.js';

test('every documented operation was answered', () => {
  const users = ['openBreakGlass', 'reviewGrant']; // need a token for a user: tests/idp
  const answered = (operation: { method: string; path: string }) => [200, 201].some((status) =>
    ours.seen.has(`${operation.method} ${operation.path} ${status}`));
  const missing = ours.operations.filter((operation) => !answered(operation));
  assert.deepEqual(missing.map((operation) => operation.operationId).sort(), users);
});
