import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { decodeId } from '../../src/ids.ts';
import { makeLocation, renameLocation } from '../realtime/acts.ts';
import { useApp } from '../support/app.ts';

const app = useApp();

const rename = `mutation($id: ID!) { updateLocation(input: { locationId: $id, name: "Later" }) { __typename } }`;

describe('a row that somebody else keeps locked', () => {
  it('makes a command give up after its lock timeout, with advice to try again', async () => {
    const { ours } = await app().organizations();
    const place = await makeLocation(ours.client);
    const holder = new pg.Client({ connectionString: app().databaseUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM "Location" WHERE id = $1 FOR UPDATE', [decodeId(place.id)?.uuid]);
    const answer = await ours.client.sendText(rename, { id: place.id });
    expect(answer.graphqlErrors()[0]?.extensions.code).toBe('UNAVAILABLE');
    await holder.query('ROLLBACK');
    await holder.end();
    // Nothing of it is left behind: neither a lock nor a transaction.
    expect(await renameLocation(ours.client, place.id)).toMatchObject({ version: 2 });
  });
});
