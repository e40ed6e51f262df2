import assert from 'node:assert/strict';
import { taskKey, type TaskKey } from '../../../src/core/task';
import { DrawnRows, type RowKey } from '../../../src/ui/tree/drawnRows';
import { ManualClock } from '../../support/clock';

const keyOf = (id: string): TaskKey => taskKey({ origin: 'https://api.kling.example', id });

describe('drawn rows', () => {
	const t0 = Date.UTC(2026, 5, 1, 12);
	function prepared(compare: (key: RowKey) => void = () => undefined) {
		const clock = new ManualClock(t0);
		const errors: unknown[] = [];
		const rows = new DrawnRows({ clock, compare, onDayEnd: () => undefined, onUnexpected: (error) => errors.push(error) });
		return { rows, clock, errors };
	}

	it('are compared when their text may have changed, and at most every five seconds', async () => {
		const compared: RowKey[] = [];
		const { rows, clock } = prepared((key) => {
			compared.push(key);
			rows.set(key, { text: '', changesAt: undefined });
		});
		rows.start();
		rows.set(keyOf('soon'), { text: '', changesAt: t0 + 100 });
		rows.set(keyOf('later'), { text: '', changesAt: t0 + 60_000 });
		assert.equal(clock.untilNext, 5_000);
		await clock.advance(59_999);
		assert.deepEqual(compared, [keyOf('soon')]);
		await clock.advance(1);
		assert.deepEqual(compared, [keyOf('soon'), keyOf('later')]);
		assert.equal(clock.timers, 0);
	});

	it('are compared again after an error, which is reported', async () => {
		const { rows, clock, errors } = prepared(() => {
			throw new Error('odd row');
		});
		rows.start();
		rows.set(keyOf('a'), { text: '', changesAt: t0 });
		await clock.advance(5_000);
		assert.deepEqual(errors.map(String), ['Error: odd row']);
		assert.equal(clock.untilNext, 5_000);
	});

	it('are compared in time if they were drawn anew while others were compared', async () => {
		const { rows, clock } = prepared((key) => {
			rows.set(keyOf('first'), { text: '', changesAt: t0 + 20_000 });
			rows.set(key, { text: '', changesAt: undefined });
		});
		rows.start();
		rows.set(keyOf('first'), { text: '', changesAt: undefined });
		rows.set(keyOf('last'), { text: '', changesAt: t0 });
		await clock.advance(5_000);
		assert.equal(clock.untilNext, 15_000);
	});

	it('have one timer, and none while they are stopped', async () => {
		const { rows, clock } = prepared(() => {
			rows.stop();
			rows.start();
		});
		rows.set(keyOf('a'), { text: '', changesAt: t0 });
		assert.equal(clock.timers, 0);
		rows.start();
		await clock.advance(5_000);
		assert.equal(clock.timers, 1);
		rows.stop();
		rows.set(keyOf('b'), { text: '', changesAt: t0 });
		assert.equal(clock.timers, 0);
	});
});
