import { z } from 'zod/v4';

/** A string that is not empty. */
export const filled = z.string().min(1);

/** A function; what it takes is not looked at. */
export function callable<Fn extends (...args: never[]) => unknown>() {
	return z.custom<Fn>((value) => typeof value === 'function', 'expected a function');
}

/** @returns what is wrong in one line, such as `duration: must be a whole number from 4 to 12, or -1` */
export function problemIn(error: z.ZodError): string {
	const problems = error.issues.map(({ path, message }) =>
		path.length === 0 ? message : `${z.core.toDotPath(path)}: ${message}`,
	);
	return problems.join('; ');
}

/**
 * @param what named in front of the message, such as `task`
 * @throws one line that names the field
 */
export function checked<Schema extends z.ZodType>(
	what: string,
	schema: Schema,
	value: unknown,
): z.output<Schema> {
	const { data, error } = schema.safeParse(value);
	if (error) throw new TypeError(`${what}: ${problemIn(error)}`);
	return data;
}
