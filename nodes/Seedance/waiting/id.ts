import { failure, type Result, success } from '../core/error';
import { textProblem } from '../core/input';

/** What a field that takes an ID says of it. */
export interface IdWords {
	/** The field's label. */
	label: string;
	/** The operation whose output has the IDs. */
	source: string;
	/** Where to get an ID, for one that can't be right. */
	advice: string;
}

// A guess on the safe side: documented ids look like "video_abc123def456".
const LONGEST_ID = 200;

/**
 * Checks an ID before anything is sent.
 *
 * @param value what the field holds
 * @returns the id, or a `badInput` error that says what is wrong with it
 */
export function checkId({ label, source, advice }: IdWords, value: unknown): Result<string> {
	const bad = (is: string, description = advice) =>
		failure({ kind: 'badInput', message: `The '${label}' ${is}`, description });
	const problem = textProblem(value);
	if (problem) return bad(...problem);
	const id = String(value ?? '');
	if (id.trim() === '') return bad('is empty');
	if (hasLostDigits(value)) {
		return bad(
			`is a number that is too long for n8n, so that its last digits are lost: ${id}`,
			`Store IDs as text: format the column of the sheet or database as plain text, and fill it anew from what ${source} gave.`,
		);
	}
	if (id.length > LONGEST_ID) return bad(`is ${id.length} characters long; an ID has ${LONGEST_ID} at most`);
	if (/\s/.test(id)) return bad(`contains a space or a line break: ${JSON.stringify(id)}`);
	// A dot alone would climb out of the path; the others end it or mean something else in an address.
	if (/[/\\?#%\p{Cc}\p{Cf}]/u.test(id) || /^\.+$/.test(id))
		return bad(`contains a character that no ID has: ${JSON.stringify(id)}`);
	return success(id);
}

/** Whether a number, or one as a sheet shows it (1.23E+17), is past what JavaScript holds exactly. */
function hasLostDigits(value: unknown): boolean {
	if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER;
	return typeof value === 'string' && /^\d([.,]\d+)?e\+\d+$/i.test(value.trim());
}
