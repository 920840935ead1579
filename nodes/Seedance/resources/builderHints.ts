import type { INodeProperties } from 'n8n-workflow';

/**
 * What n8n's AI workflow builder and the MCP server of an n8n read of an operation, beside the texts of the form. They are
 * in one place for each resource, since a form's fields of one name are one field to an AI: it reads the first alone, and
 * no notice. n8n before 2.0 ignores them.
 */
export interface BuilderHints {
	/** Of the operation itself. */
	operation: string;
	/** Of its fields, by their names. */
	fields?: Readonly<Record<string, string>>;
}

/**
 * Puts the hints of an operation into its fields.
 *
 * @param fields as the form has them, several of one name included
 */
export function hintedFields(
	fields: readonly INodeProperties[],
	hints: BuilderHints | undefined,
): INodeProperties[] {
	return fields.map((field) => hinted(field, hints?.fields?.[field.name]));
}

/** A field, an option of it or an operation, with its hint if there is one. */
export function hinted<T>(shown: T, propertyHint: string | undefined): T {
	return propertyHint === undefined ? shown : { ...shown, builderHint: { propertyHint } };
}
