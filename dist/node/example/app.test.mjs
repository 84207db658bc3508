// A vendor's tests with node:test: scenarios as tests, and a counter for what only this vendor wants to know.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counter, Failed, command, run, scenarios } from 'madoguchi';

// Stands for the vendor's client; in your repository it is yours, or an adapter to it.
const client = `${command()} reference-client`;

for (const id of await scenarios('happy/visual', 'card/early', 'eligibility/expired')) {
  test(id, async () => {
    const report = await run(id, client);
    assert.equal(report.overall, 'passed');
  });
}

test('a client that is wrong is caught, with the reason', async () => {
  const wrong = run('eligibility/expired', `${client} --defect shows-lapsed-as-valid`);
  await assert.rejects(wrong, (error) => error instanceof Failed && /result\.lapsed-is-not-valid/.test(error.message));
});

test('the card comes and goes', async () => {
  const counter = await Counter.open('happy/visual');
  await counter.remove();
  await counter.insert('shiken-hanako');
  await assert.rejects(counter.insert('nobody'), /nobody/);
  assert.ok(counter.env.PCSCLITE_CSOCK_NAME);
  await counter.close();
});
